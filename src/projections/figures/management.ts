import { type Decimal, minOf, ZERO } from '../../domain/decimal.ts';
import { type Detail, detailsOf, type Evidence } from './evidence.ts';
import { type Figure, figuresOf, known, mean, NEEDS_JOURNAL, NO_TRADE, type Reckoned, shareOf, sum, unknown } from './figure.ts';

/** Reckons from details, where a journal gives them. */
const fromDetails =
  (reckon: (details: Detail[], evidence: Evidence) => Reckoned): Figure['reckon'] =>
  (evidence) =>
    evidence.journal ? reckon(detailsOf(evidence), evidence) : unknown(NEEDS_JOURNAL);

/** Share of the favourable excursion that was gone at the exit, 0..1 and more where the position ended in loss; null where there was none. */
export const givenBack = ({ mfe, exitMove }: Detail): Decimal | null =>
  mfe.greaterThan(0) ? mfe.minus(exitMove).div(mfe) : null;

/** Of the best open profit of all these, in money of their first quantity, what was gone at the exit; no more than all of it. */
function giveBackRate(details: readonly Detail[], why: string): Reckoned {
  const profited = details.filter(({ mfe }) => mfe.greaterThan(0));
  const money = (of: (detail: Detail) => Decimal): Decimal =>
    sum(profited.map((detail) => of(detail).times(detail.initialValue)));
  return shareOf(
    money(({ mfe, exitMove }) => minOf(mfe, mfe.minus(exitMove))),
    money(({ mfe }) => mfe),
    why,
  );
}

const SAVING =
  'money of the shares that left early, before fees; by rule early-exit, at the price of the exit against the stop of that instant';
const NO_EARLY_EXIT = 'no early exit';

/** Loss reduction: S0's key figures. */
export const losses = figuresOf('Losses', [
  {
    id: 'early-exits',
    label: 'Early exits',
    unit: 'count',
    formula: 'count of closed positions that left before their stop',
    convention: 'by rule early-exit',
    source: 'S0',
    reckon: fromDetails((details) => known(details.filter(({ saving }) => saving).length)),
  },
  {
    id: 'early-exit-saved',
    label: 'Early exits saved',
    unit: 'money',
    formula: 'sum of loss at the stop − loss at the exit',
    convention: `${SAVING}; what the market did afterwards does not count`,
    source: 'S0 KPIs',
    reckon: fromDetails((details) => {
      const savings = details.flatMap(({ saving }) => (saving ? [saving.saved] : []));
      return savings.length === 0 ? unknown(NO_EARLY_EXIT) : known(sum(savings));
    }),
  },
  {
    id: 'early-exit-savings',
    label: 'Early-exit savings',
    unit: 'share',
    formula: 'saved money / loss that the stops would have made',
    convention: `${SAVING}; S0 hopes for 30–50 % once a model says when`,
    source: 'S0',
    target: { text: '≥ 20 % (20–40 %)', bound: '0.2' },
    reckon: fromDetails((details) => {
      const savings = details.flatMap(({ saving }) => (saving ? [saving] : []));
      return shareOf(sum(savings.map(({ saved }) => saved)), sum(savings.map(({ atStop }) => atStop)).abs(), NO_EARLY_EXIT);
    }),
  },
  {
    id: 'stop-out-rate',
    label: 'Stop-out rate',
    unit: 'share',
    formula: 'positions that their stop closed at a loss / closed positions',
    convention: 'a stop that was raised into profit is none; liquidations count',
    source: 'S0 KPIs: should decrease',
    reckon: fromDetails((_, { trades }) => {
      const stopped = trades.filter(
        ({ pnl, detail }) => pnl.lessThan(0) && (detail?.closedBy === 'stop' || detail?.closedBy === 'liquidation'),
      );
      return shareOf(stopped.length, trades.length, NO_TRADE);
    }),
  },
]);

const TRAILED = 'positions whose trailing stop had come on';
const NO_TRAIL = 'no trailing stop came on';

/** Profit improvement: S0's key figures. */
export const profits = figuresOf('Profits', [
  {
    id: 'give-back-rate',
    label: 'Give-back rate',
    unit: 'share',
    formula: 'sum of best open profit that was gone at the exit / sum of best open profit',
    convention:
      'best price and average exit against the first entry, for the first quantity, before fees; of each at most all of its best profit; positions that were never in profit do not count',
    source: 'S0 KPIs: should decrease',
    reckon: fromDetails((details) => giveBackRate(details, 'no closed position was ever in profit')),
  },
  {
    id: 'trails',
    label: 'Positions that trailed',
    unit: 'count',
    formula: `count of closed ${TRAILED}`,
    convention: 'by rule trailing-stop',
    source: 'S0',
    reckon: fromDetails((details) => known(details.filter(({ trailGain }) => trailGain).length)),
  },
  {
    id: 'trailing-captured',
    label: 'Trailing effectiveness',
    unit: 'share',
    formula: '1 − give-back rate of those that trailed',
    convention: `the share of the best open profit that was kept, of ${TRAILED}`,
    source: 'S0 KPIs',
    reckon: fromDetails((details) => {
      const rate = giveBackRate(
        details.filter(({ trailGain }) => trailGain),
        NO_TRAIL,
      );
      return rate.value === null ? rate : known(rate.value.negated().plus(1));
    }),
  },
  {
    id: 'trailing-gain',
    label: 'Trailing gain',
    unit: 'money',
    formula: 'sum of (exit price − price when the trail came on) × quantity, for the position',
    convention: 'every exit after that instant, by whatever rule, before fees; below 0 where leaving at once had been better',
    source: 'S0 KPIs',
    reckon: fromDetails((details) => {
      const gains = details.flatMap(({ trailGain }) => trailGain ?? []);
      return gains.length === 0 ? unknown(NO_TRAIL) : known(sum(gains));
    }),
  },
]);

const SCALED = 'tranches that rule scale-in added, of closed positions; each with its own entry, exits and fees';
const NO_SCALE_IN = 'nothing was added by rule scale-in';
const scaleInsOf = (details: readonly Detail[]): Decimal[] => details.flatMap(({ scaleIns }) => scaleIns);

/** What adding to winners was worth. */
export const scaleIns = figuresOf('Scale-ins', [
  {
    id: 'scale-ins',
    label: 'Scale-ins',
    unit: 'count',
    formula: 'count of added tranches',
    convention: SCALED,
    source: 'S0',
    reckon: fromDetails((details) => known(scaleInsOf(details).length)),
  },
  {
    id: 'scale-in-success',
    label: 'Scale-in success rate',
    unit: 'share',
    formula: 'added tranches with P&L > 0 / added tranches',
    convention: SCALED,
    source: 'S0 KPIs',
    target: { text: '> 70 %', bound: '0.7' },
    reckon: fromDetails((details) => {
      const added = scaleInsOf(details);
      return shareOf(added.filter((pnl) => pnl.greaterThan(ZERO)).length, added.length, NO_SCALE_IN);
    }),
  },
  {
    id: 'scale-in-profit',
    label: 'Profit added by scale-ins',
    unit: 'money',
    formula: 'sum of P&L of added tranches',
    convention: SCALED,
    source: 'S0 KPIs',
    reckon: fromDetails((details) => {
      const added = scaleInsOf(details);
      return added.length === 0 ? unknown(NO_SCALE_IN) : known(sum(added));
    }),
  },
]);

const UNTOUCHED = 'positions closed whole by their first stop, which never moved: nothing added, nothing taken before';

/** Whether positions lost what they were sized to lose. */
export const sizing = figuresOf('Sizing', [
  {
    id: 'planned-risk',
    label: 'Mean planned risk',
    unit: 'money',
    formula: 'mean of |first entry − first stop| × first quantity',
    convention: 'closed positions with a stop',
    source: 'S4',
    reckon: fromDetails((details) => {
      const risks = details.flatMap(({ rPrice, initialValue }) => rPrice?.times(initialValue) ?? []);
      return risks.length === 0 ? unknown('no closed position had a stop') : known(mean(risks));
    }),
  },
  {
    id: 'sizing-accuracy',
    label: 'Realised of planned risk',
    unit: 'share',
    formula: 'sum of losses / sum of planned risk',
    convention: `${UNTOUCHED}; above 100 % they lost more than was planned: slippage, gaps, fees`,
    source: 'S4',
    reckon: fromDetails((_, { trades }) => {
      const stopped = trades.flatMap(({ pnl, detail }) =>
        detail?.untouched && detail.closedBy === 'stop' && detail.rPrice
          ? [{ loss: pnl.negated(), planned: detail.rPrice.times(detail.initialValue) }]
          : [],
      );
      return shareOf(sum(stopped.map(({ loss }) => loss)), sum(stopped.map(({ planned }) => planned)), `no ${UNTOUCHED}`);
    }),
  },
]);
