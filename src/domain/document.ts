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

/** A written value in a line of text: `risk, fixed` of a list of words, `1.5R 50% remaining; 2R 25% initial` of a list of groups. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(value.some(isGroup) ? '; ' : ', ') || 'none';
  if (isGroup(value)) return Object.values(value).map(valueText).join(' ');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) || '–' : '–';
}
