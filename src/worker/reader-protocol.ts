import type { TableLook } from '../domain/layout.ts';
import type { openFile } from '../feeds/open.ts';

/** A market file that was read. */
export type Opened = Awaited<ReturnType<typeof openFile>>;

/** What a reading worker is asked, once. */
export interface ReadRequest {
  file: File;
  options: Parameters<typeof openFile>[1];
}

/** What it answers: how far it is, and then one of the others. */
export type FromReader =
  | { type: 'progress'; share: number }
  | { type: 'read'; opened: Opened }
  | { type: 'refused'; file: string; line: number | undefined; problem: string; table: TableLook | undefined }
  | { type: 'failed'; name: string; message: string };
