import type { ReactNode } from 'react';
import type { Timeline } from '../../domain/import.ts';
import type { FoundFile } from '../../worker/protocol.ts';
import { count, duration, stamp } from '../format.ts';
import css from './ImportDialog.module.css';

/** What came of reading a file: rows left out by reason, and what its times and bars leave open. Nothing where all is well. */
export function ImportReport(props: { found: Pick<FoundFile, 'counts' | 'timeline'>; zone: string }): ReactNode {
  const { found, zone } = props;
  const lines = [
    ...found.counts.map(({ reason, rows }) => `${some(rows, 'row')} left out: ${reason}`),
    ...timelineLines(found.timeline, zone),
  ];
  if (lines.length === 0) return null;
  return (
    <section aria-label="What to know of its rows">
      <ul className={css.report}>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}

const some = (number: number, what: string): string => `${count(number)} ${what}${number === 1 ? '' : 's'}`;

function timelineLines({ newestFirst, stepsBack, duplicates, repeats, gaps }: Timeline, zone: string): string[] {
  const times = (number: number): string => (number === 1 ? 'once' : `${count(number)} times`);
  return [
    ...(newestFirst ? ['Newest row first: turned round'] : []),
    ...(stepsBack > 0 ? [`Time steps back ${times(stepsBack)} from one row to the next`] : []),
    ...(duplicates > 0 ? [`${some(duplicates, 'duplicate')}, each taken once`] : []),
    ...(repeats > 0 ? [`${some(repeats, 'bar')} without volume that only repeat the close before`] : []),
    ...(gaps && gaps.count > 0
      ? [
          `${some(gaps.count, 'gap')} between bars, closing times included; the longest ${duration(gaps.longestMs)} after ${stamp(gaps.afterTs, zone)}`,
        ]
      : []),
  ];
}
