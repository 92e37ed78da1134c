import type { Places, TimeForm } from '../../domain/layout.ts';
import type { Stamp } from '../../domain/tape.ts';
import type { Head } from '../head.ts';

/** What a format says of a file that is of it; what is left out is found in the cells. */
export interface Found {
  places: Places;
  /** in place of the format's own name */
  name?: string;
  time?: TimeForm;
  zone?: string;
  priceScale?: number;
  /** as the format's documentation states it */
  stamp?: Stamp;
  intervalMs?: number;
  /** an empty bid or ask means that it is what it was */
  carry?: boolean;
  /** ids of trades begin anew every day */
  idsRestartDaily?: boolean;
  /** sentences for the user */
  notes?: string[];
}

/** A text format that some program writes. */
export interface Format {
  name: string;
  /** the symbol in the names of its files, as the first group */
  symbol?: RegExp;
  /** what the file's first lines say of it; undefined where they are not of this format */
  find(head: Head): Found | undefined;
}

/** Whether most of the rows looked at are so: one bad row does not make another format of a file. */
export const mostly = (rows: readonly string[][], holds: (cells: string[]) => boolean): boolean =>
  rows.filter(holds).length * 2 > rows.length;
