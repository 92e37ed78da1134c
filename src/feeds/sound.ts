import type { BarColumns, Columns } from '../domain/tape.ts';

/** First millisecond after the years that a timestamp may name. */
const AFTER_2100 = Date.UTC(2101, 0, 1);

/**
 * What is wrong with the first row that no market file could have given (the rules of `formats/rows.ts`), with its 1-based number;
 * undefined where every row is sound.
 */
export function unsoundRow(columns: Columns): string | undefined {
  const { ts } = columns;
  const bars = columns.kind === 'bars';
  const fault = faultFinder(columns);
  let last = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < ts.length; row += 1) {
    const time = ts[row] ?? Number.NaN;
    // The first bar of 1970 that its source stamped with its end begins before.
    if (!Number.isInteger(time) || time >= AFTER_2100 || (time < 0 && !bars))
      return `row ${row + 1}: ts ${time}; expected whole milliseconds of the years 1970 to 2100`;
    if (bars ? time <= last : time < last)
      return `row ${row + 1}: ts ${time} after ${last}; expected times that ${bars ? 'go on' : 'do not go back'}`;
    last = time;
    const found = fault(row);
    if (found !== undefined) return `row ${row + 1}: ${found}`;
  }
  return undefined;
}

const isPositive = (value: number): boolean => value > 0 && value < Number.POSITIVE_INFINITY;

/** Says what is wrong with a row besides its time. */
function faultFinder(columns: Columns): (row: number) => string | undefined {
  switch (columns.kind) {
    case 'bars': {
      const { volume, ask } = columns;
      return (row) => {
        const found = barFault(columns, row) ?? (ask && barFault(ask, row));
        if (found !== undefined) return found;
        const traded = volume[row] ?? Number.NaN;
        return traded === 0 || isPositive(traded) ? undefined : `volume ${traded}; expected at least 0`;
      };
    }
    case 'trades':
      return (row) => {
        const price = columns.price[row] ?? Number.NaN;
        const size = columns.size[row] ?? Number.NaN;
        return isPositive(price) && isPositive(size) ? undefined : `price ${price}, size ${size}; expected both above 0`;
      };
    case 'quotes':
      return (row) => {
        const bid = columns.bid[row] ?? Number.NaN;
        const ask = columns.ask[row] ?? Number.NaN;
        if (isPositive(bid) && isPositive(ask) && bid <= ask) return undefined;
        return `bid ${bid}, ask ${ask}; expected prices above 0, the bid not above the ask`;
      };
    default:
      return columns satisfies never;
  }
}

function barFault(prices: Pick<BarColumns, 'open' | 'high' | 'low' | 'close'>, row: number): string | undefined {
  const open = prices.open[row] ?? Number.NaN;
  const high = prices.high[row] ?? Number.NaN;
  const low = prices.low[row] ?? Number.NaN;
  const close = prices.close[row] ?? Number.NaN;
  if (isPositive(low) && isPositive(high) && open >= low && open <= high && close >= low && close <= high) return undefined;
  return `open ${open}, high ${high}, low ${low}, close ${close}; expected prices above 0, open and close from low to high`;
}
