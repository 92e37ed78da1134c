import { Decimal } from '../domain/decimal.ts';

/**
 * A copy of an object and of everything that hangs on it, however it is tied up. Decimals and functions are shared: neither ever changes, so none
 * of the functions may speak of an object that is copied.
 * @param known objects that are not copied, each with what stands for it in the copy
 */
export function copyOf<T extends object>(root: T, known: Map<object, object>): T {
  return taken(root, known);
}

function taken<T>(value: T, known: Map<object, object>): T {
  if (typeof value !== 'object' || value === null || value instanceof Decimal) return value;
  const before = known.get(value);
  if (before) return before as T;
  if (ArrayBuffer.isView(value)) return told(value, known, (value as unknown as Float64Array).slice()) as T;
  if (Array.isArray(value)) {
    const copy = told(value, known, [] as unknown[]);
    for (const item of value) copy.push(taken<unknown>(item, known));
    return copy as T;
  }
  if (value instanceof Map) {
    const copy = told(value, known, new Map<unknown, unknown>());
    for (const [key, item] of value) copy.set(taken<unknown>(key, known), taken<unknown>(item, known));
    return copy as T;
  }
  if (value instanceof Set) {
    const copy = told(value, known, new Set<unknown>());
    for (const item of value) copy.add(taken<unknown>(item, known));
    return copy as T;
  }
  const copy = told(value, known, Object.create(Object.getPrototypeOf(value) as object | null) as Record<string, unknown>);
  for (const [key, item] of Object.entries(value)) copy[key] = taken<unknown>(item, known);
  return copy as T;
}

function told<T extends object>(value: object, known: Map<object, object>, copy: T): T {
  known.set(value, copy);
  return copy;
}
