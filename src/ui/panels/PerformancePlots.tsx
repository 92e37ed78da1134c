import { type ReactNode, useCallback } from 'react';
import type { PerformanceView } from '../../projections/performance-views.ts';
import { openOneOf } from '../performance.ts';
import { histogramPicture } from '../plots/histogram.ts';
import type { Size, Spot } from '../plots/picture.ts';
import { excursionsPicture, givenBackPicture } from '../plots/scatter.ts';
import { usePage } from '../store.ts';
import { PictureCard } from './PerformanceCard.tsx';
import css from './PerformancePlots.module.css';

const NO_R = 'None of these trades had a stop, so none has an R.';

/** R histogram, excursions, and what was given back: every point leads to its trade. */
export function PerformancePlots({ view }: { view: PerformanceView }): ReactNode {
  const zone = usePage((page) => page.session?.zone ?? 'UTC');
  const histogram = useCallback((size: Size) => histogramPicture(view, size), [view]);
  const excursions = useCallback((size: Size) => excursionsPicture(view.trades, size, zone), [view, zone]);
  const given = useCallback((size: Size) => givenBackPicture(view.trades, size, zone), [view, zone]);
  const open = (spot: Spot): void => openOneOf(spot.trades.flatMap((index) => view.trades[index] ?? []));
  return (
    <div className={css.plots}>
      <PictureCard title="R of the trades" figure="r-histogram" table="histogram" draw={histogram} empty={NO_R} onOpen={open} />
      <PictureCard title="MAE and MFE · ▲ gain ▼ loss" figure="excursions" draw={excursions} empty={NO_R} onOpen={open} />
      <PictureCard
        title="Given back · ▲ gain ▼ loss"
        figure="given-back"
        draw={given}
        empty="None of these trades has an R and was ever in gain."
        onOpen={open}
      />
    </div>
  );
}
