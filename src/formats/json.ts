import { z } from 'zod';
import { FormatError } from './error.ts';

const SHOWN = 500;

/** A text of ours as JSON. @throws FormatError where it is none */
export function parseJson(text: string, file: string, line?: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FormatError(file, line, 'not JSON; expected what Ratchet writes');
  }
}

/** What a schema makes of a value. @throws FormatError naming every key that is wrong */
export function fitted<S extends z.ZodType>(schema: S, value: unknown, file: string, line?: number): z.output<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => `${path.join('.') || 'the document'}: ${message}`);
  throw new FormatError(file, line, `cannot be used: ${faults.join('; ').slice(0, SHOWN)}`);
}

/** @throws FormatError where a document of this format has a version above the newest that is known */
export function refuseNewer(value: unknown, format: string, newest: number, file: string): void {
  const version = z.object({ format: z.literal(format), version: z.number() }).safeParse(value).data?.version;
  if (version !== undefined && version > newest)
    throw new FormatError(
      file,
      undefined,
      `${format} of version ${version}; expected at most ${newest}, a newer Ratchet made it`,
    );
}
