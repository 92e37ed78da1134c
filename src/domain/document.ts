/** A policy as it is written: plain JSON, thresholds as text with their unit. */
export type PolicyDocument = Readonly<Record<string, unknown>>;

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** What a document holds at a path such as "rules.partial-exit.steps.0.at"; undefined where it holds nothing. */
export function valueAt(written: unknown, path: string): unknown {
  let value = written;
  for (const part of path.split('.')) value = isGroup(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  return value;
}

/** The document with a value at a path; groups that are missing are made, everything else keeps its identity. */
export function withValue(written: PolicyDocument, path: string, value: unknown): PolicyDocument {
  const [part = '', ...rest] = path.split('.');
  const inner = written[part];
  const next = rest.length === 0 ? value : within(inner, rest.join('.'), value);
  return { ...written, [part]: next };
}

function within(inner: unknown, path: string, value: unknown): unknown {
  if (!Array.isArray(inner)) return withValue(isGroup(inner) ? inner : {}, path, value);
  const [index = '', ...rest] = path.split('.');
  return inner.map((item: unknown, i) =>
    String(i) === index ? (rest.length === 0 ? value : within(item, rest.join('.'), value)) : item,
  );
}
