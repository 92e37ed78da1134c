import { create } from 'zustand';
import type { WorthView } from '../projections/performance-views.ts';
import { client } from './engine.ts';
import { usePage } from './store.ts';

/** What every decision was worth, once it was asked for: kept until the session is another, or the replay goes back. */
interface Review {
  /** 0..1 while it is computed; null otherwise */
  share: number | null;
  view: WorthView | null;
  /** of which run it is, and how many records that had */
  run: number;
  records: number;
  /** why there is none, for a person */
  error: string;
}

export const useReview = create<Review>(() => ({ share: null, view: null, run: 0, records: 0, error: '' }));

let computing: AbortController | undefined;

/** Has it computed, as the session stands. What was found before stays until then. */
export async function computeWorth(): Promise<void> {
  computing?.abort();
  const own = new AbortController();
  computing = own;
  const { run, journal } = usePage.getState();
  useReview.setState({ share: 0, error: '' });
  try {
    const onPart = (share: number): void => {
      if (computing === own) useReview.setState({ share });
    };
    const view = await client.ask({ ask: 'worth' }, { onPart, signal: own.signal });
    if (computing === own) useReview.setState({ share: null, view, run, records: journal.length });
  } catch (error) {
    if (computing === own)
      useReview.setState({
        share: null,
        error: own.signal.aborted ? '' : error instanceof Error ? error.message : String(error),
      });
  }
}

export function cancelWorth(): void {
  computing?.abort();
  computing = undefined;
  useReview.setState({ share: null });
}
