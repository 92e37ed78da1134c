import type { KeepingView, Remembered } from '../worker/protocol.ts';

/*
 * What the page remembers of the journal besides the journal: where the browser clears the one and not the other, it can be said that it is missing.
 */

const KEY = 'ratchet.journal';

export function recall(): Remembered | null {
  try {
    const json: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    if (typeof json !== 'object' || json === null) return null;
    const { session, name, records } = json as Partial<Remembered>;
    return typeof session === 'string' && typeof name === 'string' && typeof records === 'number'
      ? { session, name, records }
      : null;
  } catch {
    return null;
  }
}

let last: string | undefined;

/** Notes what is kept, as often as it changes. */
export function remember({ state, session, name, records }: KeepingView): void {
  if (state !== 'kept' || session === null) return;
  const text = JSON.stringify({ session, name, records } satisfies Remembered);
  if (text === last) return;
  last = text;
  localStorage.setItem(KEY, text);
}

export function forget(): void {
  last = undefined;
  localStorage.removeItem(KEY);
}
