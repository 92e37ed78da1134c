import { FormatError } from '../formats/error.ts';

/** What a file of columns holds: for each column of the CSV that is made of it, which column of the file it is. */
export interface MarketColumns {
  /** as `readCsv` knows them */
  names: string[];
  /** places in the file's own list of columns */
  places: number[];
}

/** Names that columns are given, of letters and digits only; the first of each is that of the CSV. */
const KNOWN = {
  ts: ['ts', 'timestamp', 'datetime', 'date', 'time', 'opentime', 'tsevent', 'transacttime', 't'],
  open: ['open', 'o'],
  high: ['high', 'h'],
  low: ['low', 'l'],
  close: ['close', 'c'],
  volume: ['volume', 'vol', 'v'],
  price: ['price', 'tradeprice', 'p'],
  size: ['size', 'amount', 'qty', 'quantity', 'q'],
  side: ['side', 'takerside'],
  id: ['id', 'tradeid', 'aggtradeid'],
} as const;
type Known = keyof typeof KNOWN;

const LAYOUTS: readonly { needed: readonly Known[]; optional: readonly Known[] }[] = [
  { needed: ['ts', 'open', 'high', 'low', 'close'], optional: ['volume'] },
  { needed: ['ts', 'price', 'size'], optional: ['side', 'id'] },
];

/**
 * Finds the columns of bars or trades by their names, in any order and case; others are ignored.
 * @param found the file's columns, in its order
 * @throws FormatError when they are those of neither, or two could be the same
 */
export function marketColumns(found: readonly string[], file: string): MarketColumns {
  const plain = found.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''));
  const placeOf = (name: Known): number => {
    const [place = -1, other] = plain.flatMap((each, at) => (KNOWN[name].some((known) => known === each) ? [at] : []));
    if (other === undefined) return place;
    throw new FormatError(
      file,
      undefined,
      `columns "${shown(found[place])}" and "${shown(found[other])}" could both be ${name}; expected one of them`,
    );
  };
  const layout = LAYOUTS.find(({ needed }) => needed.every((name) => KNOWN[name].some((known) => plain.includes(known))));
  if (!layout) {
    const expected = LAYOUTS.map(({ needed, optional }) => `${needed.join(', ')} and optionally ${optional.join(', ')}`);
    throw new FormatError(
      file,
      undefined,
      `found the columns ${found.join(', ').slice(0, 200)}; expected bars (${expected.join(') or trades (')})`,
    );
  }
  const names = [...layout.needed, ...layout.optional].filter((name) => placeOf(name) >= 0);
  return { names, places: names.map(placeOf) };
}

const shown = (name: string | undefined): string => (name ?? '').slice(0, 40);
