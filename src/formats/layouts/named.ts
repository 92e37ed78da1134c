import { byNames, isOfAnAccount } from '../names.ts';
import type { Format } from './format.ts';

/** Any table whose header names its columns in plain words: date and time, open, high, low, close, price, size, bid, ask, and their like. */
export const named: Format = {
  name: 'columns by their names',
  find: (head) => (isOfAnAccount(head) ? undefined : { places: byNames(head) }),
};
