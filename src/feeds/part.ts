import type { Watch } from '../formats/watch.ts';

/** A watch of one part of the work: its shares from 0 to 1 are those from `from` to `to` of the whole. */
export function partOf(watch: Watch, from: number, to: number): Watch {
  return {
    progress: (share) => watch.progress?.(from + share * (to - from)),
    ...(watch.signal ? { signal: watch.signal } : {}),
  };
}
