import { type Decimal, dec, ZERO } from '../../domain/decimal.ts';
import { detailsOf, type Evidence } from './evidence.ts';
import { figuresOf, known, mean, meanOf, median, NEEDS_JOURNAL, NO_TRADE, shareOf, sum, unknown } from './figure.ts';

export const pnlOf = ({ trades }: Evidence): Decimal[] => trades.map(({ pnl }) => pnl);
const winsOf = (evidence: Evidence): Decimal[] => pnlOf(evidence).filter((pnl) => pnl.greaterThan(0));
const lossesOf = (evidence: Evidence): Decimal[] => pnlOf(evidence).filter((pnl) => pnl.lessThan(0));

const NET = 'P&L net of every fee; one that comes to exactly nothing is neither a win nor a loss';

/** Win rate, averages, profit factor, expectancy: what closed positions came to. */
export const outcome = figuresOf('Outcome', [
  {
    id: 'trades',
    label: 'Closed positions',
    unit: 'count',
    formula: 'count of positions that are closed',
    convention: 'from the first fill to the last; partial exits are part of their position',
    source: 'house',
    reckon: ({ trades }) => known(trades.length),
  },
  {
    id: 'wins',
    label: 'Wins',
    unit: 'count',
    formula: 'count of closed positions with P&L > 0',
    convention: NET,
    source: 'S0',
    reckon: (evidence) => known(winsOf(evidence).length),
  },
  {
    id: 'losses',
    label: 'Losses',
    unit: 'count',
    formula: 'count of closed positions with P&L < 0',
    convention: NET,
    source: 'S0',
    reckon: (evidence) => known(lossesOf(evidence).length),
  },
  {
    id: 'net-pnl',
    label: 'Net P&L',
    unit: 'money',
    formula: 'sum of P&L',
    convention: 'net of every fee, closed positions only',
    source: 'S2',
    reckon: (evidence) => known(sum(pnlOf(evidence))),
  },
  {
    id: 'fees',
    label: 'Fees',
    unit: 'money',
    formula: 'sum of fees of closed positions',
    convention: 'entries and exits',
    source: 'S3',
    reckon: (evidence) => (evidence.journal ? known(sum(detailsOf(evidence).map(({ fees }) => fees))) : unknown(NEEDS_JOURNAL)),
  },
  {
    id: 'win-rate',
    label: 'Win rate',
    unit: 'share',
    formula: 'wins / closed positions',
    convention: NET,
    source: 'S0, S3',
    reckon: (evidence) => shareOf(winsOf(evidence).length, evidence.trades.length, NO_TRADE),
  },
  {
    id: 'average-win',
    label: 'Average win',
    unit: 'money',
    formula: 'sum of wins / count of wins',
    convention: NET,
    source: 'S0 KPIs: should increase',
    reckon: (evidence) => meanOf(winsOf(evidence), 'no winner'),
  },
  {
    id: 'average-loss',
    label: 'Average loss',
    unit: 'money',
    formula: '|sum of losses| / count of losses',
    convention: `${NET}; shown without sign`,
    source: 'S0 KPIs: should decrease',
    reckon: (evidence) =>
      meanOf(
        lossesOf(evidence).map((pnl) => pnl.abs()),
        'no loser',
      ),
  },
  {
    id: 'payoff',
    label: 'Payoff',
    unit: 'ratio',
    formula: 'average win / average loss',
    convention: 'needs a winner and a loser',
    source: 'S3: R of the Kelly formula',
    reckon: (evidence) => {
      const [wins, losses] = [winsOf(evidence), lossesOf(evidence)];
      if (wins.length === 0) return unknown(losses.length === 0 ? 'no winner and no loser' : 'no winner');
      return losses.length === 0 ? unknown('no loser') : known(mean(wins).div(mean(losses).abs()));
    },
  },
  {
    id: 'profit-factor',
    label: 'Profit factor',
    unit: 'ratio',
    formula: 'sum of wins / |sum of losses|',
    convention: 'without a loser there is none, not infinity',
    source: 'S0',
    reckon: (evidence) =>
      evidence.trades.length === 0
        ? unknown(NO_TRADE)
        : shareOf(sum(winsOf(evidence)), sum(lossesOf(evidence)).abs(), 'no loser'),
  },
  {
    id: 'expectancy',
    label: 'Expectancy',
    unit: 'money',
    formula: 'win rate × average win − loss rate × average loss = net P&L / closed positions',
    convention: 'money a position',
    source: 'S3',
    reckon: (evidence) => meanOf(pnlOf(evidence), NO_TRADE),
  },
  {
    id: 'hold-mean',
    label: 'Mean hold time',
    unit: 'ms',
    formula: 'mean of last fill − first fill',
    convention: 'market time, nights and weekends included',
    source: 'S1',
    reckon: (evidence) =>
      evidence.journal
        ? meanOf(
            detailsOf(evidence).map(({ heldMs }) => dec(heldMs)),
            NO_TRADE,
          )
        : unknown(NEEDS_JOURNAL),
  },
  {
    id: 'hold-median',
    label: 'Median hold time',
    unit: 'ms',
    formula: 'median of last fill − first fill',
    convention: 'market time; of an even count the mean of the middle two',
    source: 'S1',
    reckon: (evidence) => {
      if (!evidence.journal) return unknown(NEEDS_JOURNAL);
      const held = detailsOf(evidence).map(({ heldMs }) => dec(heldMs));
      return held.length === 0 ? unknown(NO_TRADE) : known(median(held));
    },
  },
]);

/** What has been made after each trade, and how far that is below its highest so far, 0 before the first counted (≤ 0). */
export function* drawdowns(pnl: Iterable<Decimal>): Generator<{ total: Decimal; peak: Decimal; below: Decimal }> {
  let [total, peak] = [ZERO, ZERO];
  for (const one of pnl) {
    total = total.plus(one);
    if (total.greaterThan(peak)) peak = total;
    yield { total, peak, below: total.minus(peak) };
  }
}
