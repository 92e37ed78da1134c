import type { FoundFile, ImportOptions } from '../worker/protocol.ts';

/** What a look at a file has come to, with what was corrected in it. */
export interface Looked {
  options: ImportOptions;
  /** the last that could be read */
  found: FoundFile | undefined;
  error: string | undefined;
  looking: boolean;
}

/** Tells files apart; the same file chosen twice is one. */
export const fileKey = ({ name, size, lastModified }: Pick<File, 'name' | 'size' | 'lastModified'>): string =>
  `${name} ${size} ${lastModified}`;

/** Why files cannot be one session: two are of one instrument. '' where none are. */
export function twins(files: readonly { name: string; symbol: string | undefined }[]): string {
  const known = new Map<string, string>();
  for (const { name, symbol } of files) {
    if (symbol === undefined) continue;
    const other = known.get(symbol);
    if (other !== undefined)
      return `${other} and ${name} are both of ${symbol}: a session takes one file an instrument. Remove one, or correct its symbol.`;
    known.set(symbol, name);
  }
  return '';
}
