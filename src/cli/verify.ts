import { parseArgs } from 'node:util';
import { readBundle } from '../journal/bundle.ts';
import { rerun } from '../worker/rerun.ts';
import { blobOf, UsageError } from './files.ts';

/** Characters of a record that are shown on each side of the first that differs. */
const SHOWN = 100;

/**
 * Checks session bundles: every digest, and that the journal is what the engine makes of its parts, byte for byte. Exit status 1 where a
 * journal is another.
 * @throws UsageError or FormatError where a bundle cannot be read or is damaged
 */
export async function verify(args: string[]): Promise<void> {
  const { positionals: paths } = parseArgs({ args, options: {}, allowPositionals: true });
  if (paths.length === 0) throw new UsageError('verify: expected at least one FILE.ratchet.zip');
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  for (const path of paths) {
    const bundle = await readBundle(new Uint8Array(await (await blobOf(path)).arrayBuffer()), path);
    const { name, place, recordings } = bundle;
    say(`${path}: "${name}", every digest is right`);
    for (const { tape } of recordings)
      say(`  ${tape.instrument.symbol}: ${tape.columns.ts.length} rows of ${tape.columns.kind}, digest ${tape.digest}`);
    const { records, differs, engine } = rerun(bundle);
    if (engine.bundled !== engine.now)
      say(`  the journal was made by the engine ${engine.bundled}, this is ${engine.now}: they may decide otherwise`);
    if (differs) {
      say(`  record ${differs.seq} of ${records} is another than this engine makes of the same parts:`);
      const from = Math.max(0, firstDifference(differs.bundled, differs.made) - SHOWN / 2);
      say(`    bundled: ${excerpt(differs.bundled, from)}`);
      say(`    made:    ${excerpt(differs.made, from)}`);
      process.exitCode = 1;
    } else say(`  the same journal: ${records} records up to row ${place.row}, point ${place.point}`);
  }
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

function excerpt(text: string, from: number): string {
  if (text === '') return 'no record';
  return `${from > 0 ? '…' : ''}${text.slice(from, from + SHOWN)}${text.length > from + SHOWN ? '…' : ''}`;
}
