import { type Decimal, dec, maxOf, ONE, ZERO } from '../../domain/decimal.ts';
import { sign } from '../../domain/position.ts';
import type { Evidence, Holding } from './evidence.ts';
import { type Figure, figuresOf, known, NEEDS_JOURNAL, type Reckoned, sum, unknown } from './figure.ts';

const NOTHING_OPEN = 'nothing is open';

const fromHoldings =
  (reckon: (holdings: readonly Holding[], evidence: Evidence) => Reckoned): Figure['reckon'] =>
  (evidence) =>
    evidence.journal ? reckon(evidence.journal.holdings, evidence) : unknown(NEEDS_JOURNAL);

/** The share of each instrument in what is held; they sum to 1. */
function shares(holdings: readonly Holding[]): Decimal[] {
  const costs = new Map<string, Decimal>();
  for (const { symbol, cost } of holdings) costs.set(symbol, (costs.get(symbol) ?? ZERO).plus(cost.abs()));
  const total = sum([...costs.values()]);
  return total.isZero() ? [] : [...costs.values()].map((cost) => cost.div(total));
}

function largestCorrelation(holdings: readonly Holding[], { market }: Evidence): Reckoned {
  const symbols = new Set(holdings.map(({ symbol }) => symbol));
  if (symbols.size < 2) return unknown(symbols.size === 0 ? NOTHING_OPEN : 'one instrument is open; a correlation takes two');
  if (!market) return unknown('the journal does not hold the market: it takes the tape');
  let largest: Decimal | undefined;
  for (const [at, a] of holdings.entries())
    for (const b of holdings.slice(at + 1)) {
      const found = a.symbol === b.symbol ? null : market.correlation(a.symbol, b.symbol);
      if (found === null) continue;
      const felt = dec(found).times(sign(a.side) * sign(b.side));
      largest = largest ? maxOf(largest, felt) : felt;
    }
  return largest ? known(largest) : unknown('fewer than 20 returns in common, or prices that do not move');
}

const COST = 'by money paid for what is held';

/** How alike what is held is. */
export const open = figuresOf('What is open', [
  {
    id: 'open-positions',
    label: 'Open positions',
    unit: 'count',
    formula: 'count of positions that are held',
    convention: 'where the session stands; chosen by instrument and policy',
    source: 'S4',
    reckon: fromHoldings((holdings) => known(holdings.length)),
  },
  {
    id: 'correlation',
    label: 'Largest correlation',
    unit: 'ratio',
    formula: 'largest Pearson correlation of returns between two open instruments, negated where one is long and the other short',
    convention: 'the last 60 returns of the bars, at least 20 in common; +1 is one and the same bet',
    source: 'S4: 0.7',
    reckon: fromHoldings(largestCorrelation),
  },
  {
    id: 'diversification',
    label: 'Diversification',
    unit: 'ratio',
    formula: '1 − sum of squared shares of the instruments (Herfindahl)',
    convention: `${COST}; 0 is one instrument, 0.5 two alike, nearing 1 with many`,
    source: 'S4',
    reckon: fromHoldings((holdings) =>
      holdings.length === 0 ? unknown(NOTHING_OPEN) : known(ONE.minus(sum(shares(holdings).map((share) => share.pow(2))))),
    ),
  },
  {
    id: 'largest-share',
    label: 'Largest share of one instrument',
    unit: 'share',
    formula: 'largest cost of one instrument / cost of all',
    convention: COST,
    source: 'S4',
    reckon: fromHoldings((holdings) =>
      holdings.length === 0 ? unknown(NOTHING_OPEN) : known(shares(holdings).reduce(maxOf, ZERO)),
    ),
  },
]);
