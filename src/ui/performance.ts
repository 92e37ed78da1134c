import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { PerformanceView, TradeFilter, TradePoint } from '../projections/performance-views.ts';
import { choose, type PerformanceSection, useChoices } from './choices.ts';
import { client, show } from './engine.ts';
import { usePage } from './store.ts';

/** Parts of the panel, in their order. */
export const SECTIONS: readonly { value: PerformanceSection; text: string }[] = [
  { value: 'figures', text: 'Figures' },
  { value: 'curves', text: 'Equity' },
  { value: 'plots', text: 'R and excursions' },
  { value: 'groups', text: 'By rule' },
  { value: 'hours', text: 'By hour' },
  { value: 'trades', text: 'Trades' },
];

export const showSection = (section: PerformanceSection): void =>
  choose(({ performance }) => ({ bottomTab: 'performance', performance: { ...performance, section } }));

/** Chooses by one key; undefined chooses no more. */
export const setFilter = <K extends keyof TradeFilter>(key: K, value: TradeFilter[K] | undefined): void =>
  choose(({ performance }) => {
    const { [key]: _, ...rest } = performance.filter;
    return { performance: { ...performance, filter: value === undefined ? rest : { ...rest, [key]: value } } };
  });
export const resetFilter = (): void => choose(({ performance }) => ({ performance: { ...performance, filter: {} } }));

/** While it plays the journal may grow at every frame: figures follow at this pace, and slower where their answers take long. */
const PACE_MS = 1_000;
/** Of the engine's time, one part in so many may go into figures while it plays. */
const PATIENCE = 5;
/** While it stands. */
const STANDING_MS = 250;

export interface Asked {
  view: PerformanceView | undefined;
  error: Error | null;
  /** true while what is shown is not yet the answer to what is chosen */
  waiting: boolean;
  again: () => void;
}

/**
 * How the session goes, asked anew when its journal has grown, never twice at a time. What was shown stays until the answer is there, unless
 * the replay has gone back.
 */
export function usePerformance(): Asked {
  const run = usePage((page) => page.run);
  const records = usePage((page) => page.journal.length);
  const playing = usePage((page) => page.clock?.playing ?? false);
  const filter = useChoices((choices) => choices.performance.filter);
  const [asked, setAsked] = useState(records);
  const took = useRef(0);
  const { data, error, isPlaceholderData, isFetching, refetch } = useQuery({
    queryKey: ['performance', run, asked, filter],
    queryFn: async () => {
      const began = performance.now();
      const view = await client.ask({ ask: 'performance', filter });
      took.current = performance.now() - began;
      return view;
    },
    gcTime: 2_000,
    placeholderData: (before: PerformanceView | undefined, query) => (query?.queryKey[1] === run ? before : undefined),
  });
  const grown = asked !== records;
  useEffect(() => {
    if (isFetching || !grown) return;
    const pause = playing ? Math.max(PACE_MS, took.current * PATIENCE) : Math.max(STANDING_MS, took.current);
    const next = setTimeout(() => setAsked(usePage.getState().journal.length), pause);
    return () => clearTimeout(next);
  }, [isFetching, grown, playing]);
  return { view: data, error, waiting: isPlaceholderData || isFetching, again: () => void refetch() };
}

/** Goes to where a trade was closed: its instrument on the chart, its record in the journal, its position selected. */
export function openTrade({ positionId, symbol, closedTs, seq }: TradePoint): void {
  choose(({ focus }) => ({
    selectedPositionId: positionId,
    logTab: 'journal',
    shownRecord: seq,
    focus: { ts: closedTs, price: null, symbol, nonce: (focus?.nonce ?? 0) + 1 },
  }));
  show(symbol);
}

/** Goes to one of several trades: to the one after the one that is selected, round and round. */
export function openOneOf(trades: readonly TradePoint[]): void {
  const { selectedPositionId } = useChoices.getState();
  const at = trades.findIndex(({ positionId }) => positionId === selectedPositionId);
  const next = trades[(at + 1) % trades.length];
  if (next) openTrade(next);
}
