import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Library, LibraryChange, StoredForm } from '../worker/protocol.ts';
import { type ChartOptions, choose, type Theme, useChoices } from './choices.ts';
import type { Draft } from './draft.ts';
import { client } from './engine.ts';
import { save } from './save.ts';
import { addFault, usePage } from './store.ts';

const KEY = ['library'];
const STORAGE_MS = 10_000;

/** What is kept in this browser; asked anew when another session is open. */
export function useLibrary(): { library: Library | undefined; error: string | undefined } {
  const session = usePage((page) => page.keeping?.session ?? null);
  const state = usePage((page) => page.keeping?.state ?? null);
  const { data, error } = useQuery({
    queryKey: [...KEY, session, state],
    queryFn: () => client.ask({ ask: 'library' }),
    enabled: state !== null && state !== 'opening',
    staleTime: 0,
    placeholderData: (before: Library | undefined) => before,
  });
  return { library: data, error: error?.message };
}

/** Changes what is kept, and shows it. @throws Error in the worker's words */
export function useChange(): (change: LibraryChange) => Promise<void> {
  const queries = useQueryClient();
  return async (change) => {
    const library = await client.ask({ ask: 'library', change });
    queries.setQueriesData({ queryKey: KEY }, library);
  };
}

/** Lets what is kept be asked anew. */
export function useForgetLibrary(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: KEY });
}

/** Hands what is kept to the browser's downloads, and shows what of it could not be read. @returns the file's name */
export async function saveStored(file: StoredForm): Promise<string> {
  const { name, type, data, left = [] } = await client.ask({ ask: 'stored', file });
  save(name, data, type);
  if (left.length > 0) {
    const message = `Left out of ${name}, because it cannot be read`;
    usePage.setState(addFault(usePage.getState(), { type: 'fault', fatal: false, message, detail: left.join('\n') }));
  }
  return name;
}

/** What the browser says of the room for this page's data; `lasting` is whether it may clear them when room is short. */
export interface StorageUse {
  used: number;
  quota: number;
  lasting: boolean;
}

export function useStorage(): StorageUse | undefined {
  const { data } = useQuery({
    queryKey: ['storage'],
    queryFn: async (): Promise<StorageUse> => {
      const [{ usage = 0, quota = 0 }, lasting] = await Promise.all([
        navigator.storage.estimate(),
        navigator.storage.persisted(),
      ]);
      return { used: usage, quota, lasting };
    },
    staleTime: 0,
    refetchInterval: STORAGE_MS,
  });
  return data;
}

/** What this page has been set to, for a backup. */
export function settingsToKeep(): Readonly<Record<string, unknown>> {
  const { theme, options, policy, draft, aside } = useChoices.getState();
  return { theme, options, policy, draft, aside };
}

/** Takes the settings of a backup over. @param kept as `settingsToKeep` gave them */
export function takeSettings({ theme, options, policy, draft }: Readonly<Record<string, unknown>>): void {
  const known = useChoices.getState();
  choose({
    ...(THEMES.some((name) => name === theme) ? { theme: theme as Theme } : {}),
    ...(isGroup(options) ? { options: { ...known.options, ...(options as Partial<ChartOptions>) } } : {}),
    ...(typeof policy === 'string' || isGroup(policy) ? { policy } : {}),
    ...(isGroup(draft) && typeof draft.preset === 'string' ? { draft: draft as unknown as Draft } : {}),
  });
}

const THEMES: readonly Theme[] = ['system', 'dark', 'light'];

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
