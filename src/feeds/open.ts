import { type ReadOptions, type ReadResult, readCsv } from '../formats/csv.ts';
import { sha256, unpack } from './file.ts';
import { bundledSession } from './synthetic.ts';

/**
 * Reads a market file that a user chose: unpacks it, takes its digest and parses it.
 * @throws FormatError when it cannot be used
 */
export async function openFile(file: File, options: ReadOptions): Promise<ReadResult> {
  const bytes = await unpack(file);
  return readCsv(bytes, file.name, await sha256(bytes), options);
}

/** Reads the bundled session on the same path as a file; its tape says that it is synthetic. */
export async function openBundled(): Promise<ReadResult> {
  const { name, csv, options } = bundledSession();
  const result = await openFile(new File([csv], name), options);
  return {
    ...result,
    tape: { ...result.tape, synthetic: true },
    notes: ['A made-up market for trying things out: no exchange made these prices.', ...result.notes],
  };
}
