import type { Columns } from '../domain/tape.ts';
import { openFile } from '../feeds/open.ts';
import { FormatError } from '../formats/error.ts';
import type { FromReader, ReadRequest } from './reader-protocol.ts';

/** Reads a file and posts how far it is and what came of it; the columns are handed over, not copied. */
export async function readFile(
  { file, options }: ReadRequest,
  post: (message: FromReader, transfer: Transferable[]) => void,
): Promise<void> {
  try {
    const opened = await openFile(file, options, { progress: (share) => post({ type: 'progress', share }, []) });
    post({ type: 'read', opened }, buffersOf(opened.tape.columns));
  } catch (error) {
    if (error instanceof FormatError) {
      const { file: name, line, problem, table } = error;
      post({ type: 'refused', file: name, line, problem, table }, []);
    } else if (error instanceof Error) post({ type: 'failed', name: error.name, message: error.message }, []);
    else post({ type: 'failed', name: 'Error', message: String(error) }, []);
  }
}

function buffersOf(columns: Columns): ArrayBuffer[] {
  const ask = columns.kind === 'bars' && columns.ask ? Object.values(columns.ask) : [];
  return [...Object.values(columns), ...ask].flatMap((column: unknown) =>
    ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer ? [column.buffer] : [],
  );
}
