import type { FigureView } from '../performance-views.ts';
import { actions } from './actions.ts';
import { approvals } from './approvals.ts';
import type { Evidence } from './evidence.ts';
import { excursions } from './excursions.ts';
import { type Figure, reaches, type Reckoned, shownText } from './figure.ts';
import { losses, profits, scaleIns, sizing } from './management.ts';
import { models } from './models.ts';
import { open } from './open.ts';
import { outcome } from './outcome.ts';
import { risk } from './risk.ts';

/** Every figure, in the order in which they are shown. A new one is a line in the file of its group. */
const figures: readonly Figure[] = [
  ...outcome,
  ...risk,
  ...excursions,
  ...losses,
  ...profits,
  ...scaleIns,
  ...approvals,
  ...sizing,
  ...open,
  ...models,
  ...actions,
];

/** A figure and what it came to. */
export type Reading = Reckoned & { figure: Figure };

/** Every figure of what is looked at, in the order of the table. Kinds of action that never came are left out. */
export const readingsOf = (evidence: Evidence): Reading[] =>
  figures.flatMap((figure) => {
    const reckoned = figure.reckon(evidence);
    const idle = figure.group === 'Actions' && (reckoned.value === null || reckoned.value.isZero());
    return idle ? [] : [{ ...reckoned, figure }];
  });

/** A figure as it is shown. */
export function figureView(reading: Reading): FigureView {
  const { id, group, label, unit, formula, convention, source, target } = reading.figure;
  return {
    id,
    group,
    label,
    value:
      reading.value === null
        ? null
        : [reading.value, reading.error].flatMap((one) => (one ? shownText(one, unit) : [])).join(' ± '),
    why: reading.value === null ? reading.why : '',
    formula,
    convention,
    source,
    target: target?.text ?? null,
    reached: reading.value === null || !target ? null : reaches(reading, target),
  };
}
