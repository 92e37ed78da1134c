import { type ReactNode, useState } from 'react';
import type { PerformanceTable } from '../../projections/performance-tables.ts';
import { FILE_SIZE, savePicture, saveTable } from '../performance-files.ts';
import type { Picture, Size, Spot } from '../plots/picture.ts';
import { PictureView } from '../plots/PictureView.tsx';
import css from './PerformanceCard.module.css';

/** The head of a picture or a table, with the files that can be made of it. */
export function CardHead(props: {
  title: string;
  table?: PerformanceTable;
  picture?: (as: 'png' | 'svg') => Promise<void>;
  children?: ReactNode;
}): ReactNode {
  const { title, table, picture, children } = props;
  const [failed, setFailed] = useState('');
  const run = (work: Promise<void>): void => {
    setFailed('');
    work.catch((error: unknown) => setFailed(error instanceof Error ? error.message : String(error)));
  };
  return (
    <header className={css.head}>
      <h3>{title}</h3>
      {children}
      {failed === '' ? null : (
        <span role="alert" data-tone="fault">
          {failed}
        </span>
      )}
      <span className={css.files}>
        {picture
          ? (['png', 'svg'] as const).map((as) => (
              <button
                key={as}
                type="button"
                data-quiet
                aria-label={`${title} as ${as.toUpperCase()}`}
                onClick={() => run(picture(as))}
              >
                {as.toUpperCase()}
              </button>
            ))
          : null}
        {table ? (
          <button type="button" data-quiet aria-label={`${title} as CSV`} onClick={() => run(saveTable(table))}>
            CSV
          </button>
        ) : null}
      </span>
    </header>
  );
}

/** A plot with its head. */
export function PictureCard(props: {
  title: string;
  /** of its file */
  figure: string;
  table?: PerformanceTable;
  draw: (size: Size) => Picture;
  empty: string;
  onOpen: (spot: Spot) => void;
}): ReactNode {
  const { title, figure, table, draw, empty, onOpen } = props;
  return (
    <section className={css.card} aria-label={title}>
      <CardHead title={title} {...(table ? { table } : {})} picture={(as) => savePicture(draw(FILE_SIZE), figure, as)} />
      <PictureView label={title} draw={draw} empty={empty} onOpen={onOpen} />
    </section>
  );
}
