import { useEffect, useSyncExternalStore } from 'react';
import { useChoices } from './choices.ts';

const dark = matchMedia('(prefers-color-scheme: dark)');

function onSystemChange(run: () => void): () => void {
  dark.addEventListener('change', run);
  return () => dark.removeEventListener('change', run);
}

/** The theme that is in force, and marks the document with the one chosen. */
export function useTheme(): 'dark' | 'light' {
  const chosen = useChoices((choices) => choices.theme);
  const system = useSyncExternalStore(onSystemChange, () => (dark.matches ? 'dark' : 'light'));
  return chosen === 'system' ? system : chosen;
}

/** Makes the page's tokens follow the choice. */
export function useThemeOnDocument(): void {
  const chosen = useChoices((choices) => choices.theme);
  useEffect(() => {
    if (chosen === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
  }, [chosen]);
}
