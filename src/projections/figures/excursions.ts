import type { Decimal } from '../../domain/decimal.ts';
import { type Detail, detailsOf, type Evidence } from './evidence.ts';
import { deviation, figuresOf, known, meanOf, median, NEEDS_JOURNAL, NO_TRADE, type Reckoned, unknown } from './figure.ts';

const rOf = ({ trades }: Evidence): Decimal[] => trades.flatMap(({ r }) => (r ? [r] : []));

/** Why no trade has an R. */
const noR = ({ trades, journal }: Evidence): string =>
  trades.length === 0 ? NO_TRADE : journal ? 'no closed position had a stop, so none has an R' : 'the list says no R';

/** A move in price as a multiple of the initial risk; null where no stop was set. */
export const inR = (move: Decimal, { rPrice }: Detail): Decimal | null => (rPrice ? move.div(rPrice) : null);

function meanExcursion(evidence: Evidence, of: (detail: Detail) => Decimal): Reckoned {
  if (!evidence.journal) return unknown(NEEDS_JOURNAL);
  return meanOf(
    detailsOf(evidence).flatMap((detail) => inR(of(detail), detail) ?? []),
    noR(evidence),
  );
}

const R = 'P&L over the risk of the first tranche (entry to first stop), net of fees; positions without a stop do not count';

/** How positions came out in units of their risk, and how far they went against and for them. */
export const excursions = figuresOf('R and excursions', [
  {
    id: 'r-mean',
    label: 'Mean R',
    unit: 'R',
    formula: 'mean of P&L / initial risk',
    convention: R,
    source: 'S0; Tharp: expectancy in R',
    reckon: (evidence) => meanOf(rOf(evidence), noR(evidence)),
  },
  {
    id: 'r-median',
    label: 'Median R',
    unit: 'R',
    formula: 'median of P&L / initial risk',
    convention: `${R}; of an even count the mean of the middle two`,
    source: 'S0',
    reckon: (evidence) => {
      const all = rOf(evidence);
      return all.length === 0 ? unknown(noR(evidence)) : known(median(all));
    },
  },
  {
    id: 'r-deviation',
    label: 'Deviation of R',
    unit: 'R',
    formula: '√(sum of squared distances from the mean / (n − 1))',
    convention: `${R}; at least two`,
    source: 'Tharp',
    reckon: (evidence) => {
      const all = rOf(evidence);
      return all.length < 2
        ? unknown(all.length === 0 ? noR(evidence) : 'one position has an R; two are needed')
        : known(deviation(all));
    },
  },
  {
    id: 'mae-mean',
    label: 'Mean adverse excursion',
    unit: 'R',
    formula: 'mean of (worst price − first entry) / R, against the position (≤ 0)',
    convention: 'prices between first fill and last; positions without a stop do not count',
    source: 'S0',
    reckon: (evidence) => meanExcursion(evidence, ({ mae }) => mae),
  },
  {
    id: 'mfe-mean',
    label: 'Mean favourable excursion',
    unit: 'R',
    formula: 'mean of (best price − first entry) / R, for the position (≥ 0)',
    convention: 'prices between first fill and last; positions without a stop do not count',
    source: 'S0',
    reckon: (evidence) => meanExcursion(evidence, ({ mfe }) => mfe),
  },
]);
