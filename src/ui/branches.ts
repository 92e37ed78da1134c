import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { BranchDrawing, BranchView } from '../worker/protocol.ts';
import type { DrawnBranch } from './chart/branches.ts';
import { choose, useChoices } from './choices.ts';
import { client } from './engine.ts';
import { useLibrary } from './library.ts';
import { usePage } from './store.ts';

/** Branches that may be drawn at once: as many as can be told apart. */
export const MOST_DRAWN = 4;

const NONE: readonly string[] = [];

/** What the family of the session rests on: it is asked anew when this is another. While the replay plays, it waits. */
function useFamilyKey(): { key: readonly unknown[]; ready: boolean } {
  const { library } = useLibrary();
  const session = usePage((page) => page.keeping?.session ?? null);
  const place = usePage(({ clock, progress, keeping }) =>
    clock === null || clock.playing || progress !== null ? null : `${clock.row}:${clock.point}:${keeping?.records ?? 0}`,
  );
  const names = library?.sessions.map(({ id, name, records: own }) => [id, name, own]);
  return { key: [session, place, names], ready: place !== null && session !== null && library !== undefined };
}

/** The family of the session that is open: how it was when the replay last stood. */
export function useBranches(): { branches: readonly BranchView[]; share: number | null; stale: boolean; error: string } {
  const { key, ready } = useFamilyKey();
  const queries = useQueryClient();
  const [share, setShare] = useState<number | null>(null);
  const queryKey = ['branches', ...key];
  const { data, error, isPlaceholderData } = useQuery({
    queryKey,
    queryFn: async () => {
      try {
        return await client.ask(
          { ask: 'branches' },
          {
            onPart: (done, part) => {
              setShare(done);
              queries.setQueryData(queryKey, part);
            },
          },
        );
      } finally {
        setShare(null);
      }
    },
    enabled: ready,
    placeholderData: (before: BranchView[] | undefined) => before,
  });
  return { branches: data ?? [], share, stale: isPlaceholderData || !ready, error: error?.message ?? '' };
}

/** Puts a branch on the chart, or takes it off. */
export function drawBranch(id: string): void {
  choose(({ drawnBranches }) => {
    if (drawnBranches.includes(id)) return { drawnBranches: drawnBranches.filter((one) => one !== id) };
    return drawnBranches.length < MOST_DRAWN ? { drawnBranches: [...drawnBranches, id] } : {};
  });
}

/** What is drawn of the branches that are chosen, and of the session that is open among them. */
function useDrawings(ids: readonly string[], symbol: string | undefined): readonly BranchDrawing[] {
  const { key, ready } = useFamilyKey();
  const { data } = useQuery({
    queryKey: ['branch-drawings', ids, symbol, ...key],
    queryFn: () => client.ask({ ask: 'branch-drawings', ids: [...ids], symbol: symbol ?? '' }),
    enabled: ready && ids.length > 0 && symbol !== undefined,
    placeholderData: (before: BranchDrawing[] | undefined) => before,
  });
  return ids.length > 0 ? (data ?? []) : [];
}

/** Branches as the chart takes them: the session that is open, whose equity is compared, and the chosen ones, each in a style of its own. */
export function useDrawnBranches(): readonly DrawnBranch[] {
  const open = usePage((page) => page.keeping?.session ?? null);
  const chosen = useChosen();
  const symbol = usePage((page) => page.session?.instrument.symbol);
  const ids = useMemo(() => (chosen.length === 0 || open === null ? NONE : [open, ...chosen]), [chosen, open]);
  const drawings = useDrawings(ids, symbol);
  return useMemo(
    () =>
      drawings.flatMap((drawing): DrawnBranch[] => {
        if (drawing.id === open) return [{ ...drawing, style: null }];
        const style = chosen.indexOf(drawing.id);
        return style < 0 ? [] : [{ ...drawing, style }];
      }),
    [drawings, chosen, open],
  );
}

/** The chosen branches that are there: one that was deleted, is open, or is of another family is not. */
function useChosen(): readonly string[] {
  const drawn = useChoices((choices) => choices.drawnBranches);
  const open = usePage((page) => page.keeping?.session ?? null);
  const { library } = useLibrary();
  return useMemo(() => {
    const parents = new Map(library?.sessions.map(({ id, parent }) => [id, parent?.session]));
    const root = (id: string): string => {
      const parent = parents.get(id);
      return parent === undefined ? id : root(parent);
    };
    return open === null ? NONE : drawn.filter((id) => id !== open && parents.has(id) && root(id) === root(open));
  }, [drawn, open, library]);
}
