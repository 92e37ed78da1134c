/** The key as actions name it: "a", "Shift+ArrowRight", "Mod+k". Shift counts for named keys only: "?" already is the shifted key. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey'>): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) return `Mod+${key}`;
  return event.shiftKey && (event.key.length > 1 || key === ' ') ? `Shift+${key}` : key;
}

const CAPS: Record<string, string> = {
  ' ': 'Space',
  ArrowRight: '→',
  ArrowLeft: '←',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Mod: 'Ctrl',
};

/** How a key is printed on its cap: "A", "Shift →", "Ctrl K" */
export const keyCap = (name: string): string =>
  name
    .split('+')
    .map((part) => CAPS[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(' ');
