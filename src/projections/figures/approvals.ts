import { dec } from '../../domain/decimal.ts';
import type { DecisionWorth, Outcome } from '../performance-views.ts';
import type { Fate } from './evidence.ts';
import { type Figure, figuresOf, known, meanOf, NEEDS_JOURNAL, type Reckoned, shareOf, sum, unknown } from './figure.ts';

const fromFates =
  (reckon: (fates: readonly Fate[]) => Reckoned): Figure['reckon'] =>
  ({ journal }) =>
    journal ? reckon(journal.fates) : unknown(NEEDS_JOURNAL);

const having = (fates: readonly Fate[], ...outcomes: Outcome[]): number =>
  fates.filter(({ outcome }) => outcomes.some((one) => one === outcome)).length;

const count = (id: string, label: string, outcome: Outcome, formula: string): Omit<Figure, 'group'> => ({
  id,
  label,
  unit: 'count',
  formula,
  convention: 'proposals of the positions that are looked at; each ends once',
  source: 'rules.md §8',
  reckon: fromFates((fates) => known(having(fates, outcome))),
});

const UNWALKED = 'the journal does not hold what would have been: it takes the tape, walked the other way';

/** Money that decisions made, or that deciding otherwise would have made. */
const value = (
  what: Pick<Figure, 'id' | 'label' | 'formula'>,
  none: string,
  of: (worth: DecisionWorth) => string | null,
): Omit<Figure, 'group'> => ({
  ...what,
  unit: 'money',
  convention:
    'net P&L of the position with the decision against that without it; decisions whose other way is not known do not count',
  source: 'rules.md §8, §11',
  reckon({ journal }) {
    if (!journal) return unknown(NEEDS_JOURNAL);
    if (!journal.worth) return unknown(UNWALKED);
    const values = journal.worth.flatMap((one) => {
      const found = of(one);
      return found === null ? [] : [dec(found)];
    });
    return values.length === 0 ? unknown(none) : known(sum(values));
  },
});

const worthOf =
  (...outcomes: Outcome[]) =>
  ({ outcome, worth }: DecisionWorth): string | null =>
    outcomes.includes(outcome) ? worth : null;

/** What became of proposals, and how long the user took. */
export const approvals = figuresOf('Approvals', [
  {
    id: 'proposals',
    label: 'Proposals',
    unit: 'count',
    formula: 'count of proposals',
    convention: 'those that came by themselves and were applied at once among them',
    source: 'rules.md §8',
    reckon: fromFates((fates) => known(fates.length)),
  },
  count('approved', 'Taken', 'approved', 'count of proposals that the user approved'),
  count('auto', 'By themselves', 'auto', 'count of proposals that applied by themselves'),
  count('rejected', 'Rejected', 'rejected', 'count of proposals that the user rejected'),
  count('vetoed', 'Vetoed', 'vetoed', 'count of proposals that the user held back before they applied by themselves'),
  count('expired', 'Expired', 'expired', 'count of proposals whose time or price ran out'),
  count('superseded', 'Superseded', 'superseded', 'count of proposals that a newer one, or the end of the position, made void'),
  count('failed', 'Failed', 'failed', 'count of proposals that were approved and could not be carried out'),
  {
    id: 'approval-rate',
    label: 'Approval rate',
    unit: 'share',
    formula: 'taken / (taken + rejected + expired)',
    convention: 'what waited for the user and was not superseded; vetoes and what applied by itself do not count',
    source: 'rules.md §11',
    reckon: fromFates((fates) =>
      shareOf(having(fates, 'approved'), having(fates, 'approved', 'rejected', 'expired'), 'no proposal waited for the user'),
    ),
  },
  {
    id: 'decision-delay',
    label: 'Mean decision delay',
    unit: 'ms',
    formula: 'mean of decision − proposal',
    convention:
      'market time, of proposals that the user approved, rejected or vetoed; in a replay that pauses for a proposal none passes',
    source: 'rules.md §11',
    reckon: fromFates((fates) =>
      meanOf(
        fates.flatMap(({ delayMs }) => (delayMs === null ? [] : [dec(delayMs)])),
        'the user decided on no proposal',
      ),
    ),
  },
  value(
    { id: 'value-taken', label: 'What was taken made', formula: 'sum of P&L as it went − P&L without the action' },
    'nothing was taken whose other way is known',
    worthOf('approved'),
  ),
  value(
    { id: 'value-auto', label: 'What applied by itself made', formula: 'sum of P&L as it went − P&L without the action' },
    'nothing applied by itself whose other way is known',
    worthOf('auto'),
  ),
  value(
    { id: 'value-rejected', label: 'What was rejected would have made', formula: 'sum of P&L with the action − P&L as it went' },
    'nothing was rejected whose other way is known',
    worthOf('rejected', 'vetoed'),
  ),
  value(
    { id: 'value-expired', label: 'What expired would have made', formula: 'sum of P&L with the action − P&L as it went' },
    'nothing expired whose other way is known',
    worthOf('expired'),
  ),
  value(
    { id: 'delay-value', label: 'What waiting made', formula: 'sum of P&L as it went − P&L with the action at once' },
    'nothing was approved later than at once',
    ({ delayCost }) => delayCost,
  ),
]);
