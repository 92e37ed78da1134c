import { parseArgs } from 'node:util';
import { valueAt, valueText } from '../domain/document.ts';
import { difference, nearestPreset, oneOfWords, type PolicyKey, policyKeys } from '../policy/explain.ts';
import type { LoadedPolicy } from '../policy/load.ts';
import { policyOf, UsageError } from './files.ts';

/** A cell longer than this pushes the rest of its row instead of every row. */
const WIDEST = 48;

/** Rows under one another, each column as wide as its widest cell. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [i, { length }] of row.entries()) if (length <= WIDEST) widths[i] = Math.max(widths[i] ?? 0, length);
  const line = (row: readonly string[]): string => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

/** What may be written at a key: "R, %, ATR or $ from 0", "true or false", "a whole number from 0 to 10". */
function allowed({ kind, unit, options, range }: PolicyKey): string {
  const ranged = (what: string): string => (range === '' ? what : `${what} ${range}`);
  switch (kind) {
    case 'measure':
      return ranged(unit);
    case 'optional-measure':
      return `${options.join(', ')}, or ${ranged(unit)}`;
    case 'count':
      return ranged('a whole number');
    case 'decimal':
      return ranged('a decimal');
    case 'switch':
      return 'true or false';
    case 'choice':
      return oneOfWords(options);
    case 'autonomy':
      return oneOfWords(options.map((option) => (option === 'auto-after' ? 'auto-after Ns' : option)));
    case 'words':
      return `a list of ${options.join(', ')}`;
    case 'list':
      return ranged('a list') + (range === '' ? '' : ' long');
    case 'text':
      return ranged('a text') + (range === '' ? '' : ' characters');
    default:
      return kind satisfies never;
  }
}

/** What is to be said of a value that adds risk; empty where there is nothing. */
const warning = (key: PolicyKey, value: unknown): string => key.warn[String(value)] ?? '';

/** The keys that are asked for: all, or those that are named or lie in a group that is. @throws UsageError */
function chosen(names: readonly string[]): readonly PolicyKey[] {
  const keys = policyKeys();
  const within = (name: string): PolicyKey[] => keys.filter(({ path }) => path === name || path.startsWith(`${name}.`));
  for (const name of names) {
    if (within(name).length > 0) continue;
    const near = keys.filter(({ path }) => path.toLowerCase().includes(name.toLowerCase())).map(({ path }) => path);
    const groups = [...new Set(keys.map(({ path, group }) => (group === '' ? path : group)))];
    throw new UsageError(`${name}: no key or group of a policy; expected ${(near.length > 0 ? near : groups).join(', ')}`);
  }
  return names.length === 0 ? keys : [...new Set(names.flatMap(within))];
}

function check(name: string, { policy, source }: LoadedPolicy): string {
  const { preset, differences } = nearestPreset(source);
  const warnings = policyKeys().flatMap((key) => {
    const words = warning(key, valueAt(source, key.path));
    return words === '' ? [] : [`${key.path}: ${words}\n`];
  });
  const differs =
    differences.length === 0
      ? `as the preset ${preset}\n`
      : `differs from the nearest preset, ${preset}, at ${differences.length} ${differences.length === 1 ? 'key' : 'keys'}:\n${aligned(
          differences.map(({ path, from, to }) => [`  ${path}`, valueText(from), '→', valueText(to)]),
        )}`;
  return `${name}: ok, policy "${policy.name}"\n${differs}${warnings.join('')}`;
}

function explained({ source }: LoadedPolicy, names: readonly string[]): string {
  const rows = chosen(names).flatMap((key) => {
    const value = valueAt(source, key.path);
    const words = [key.help, warning(key, value)].filter(Boolean).join('; ');
    const row = [key.path, valueText(value), allowed(key), words, key.source];
    return [row].concat(key.items.map((item) => [`  each ${item.path}`, '', allowed(item), item.help, item.source]));
  });
  return aligned(rows);
}

function asJson({ source }: LoadedPolicy, names: readonly string[]): string {
  const changed = new Set(difference({}, source).map(({ path }) => path));
  const keys = chosen(names).map((key) =>
    Object.assign({}, key, { value: valueAt(source, key.path), changed: changed.has(key.path) }),
  );
  return `${JSON.stringify(keys, null, 2)}\n`;
}

/** Checks a policy, or explains its keys. */
export async function policy(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [verb, name, ...names] = positionals;
  if (verb !== 'check' && verb !== 'explain')
    throw new UsageError(`policy${verb === undefined ? '' : ` ${verb}`}: expected check NAME|FILE or explain NAME|FILE [KEY…]`);
  if (name === undefined || (verb === 'check' && names.length > 0))
    throw new UsageError(`policy ${verb}: expected one NAME or FILE`);
  const loaded = await policyOf(name, `policy ${verb}`);
  const words = verb === 'check' ? check(name, loaded) : values.json ? asJson(loaded, names) : explained(loaded, names);
  process.stdout.write(words);
}
