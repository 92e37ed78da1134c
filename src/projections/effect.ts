import type { RuleReading, TriggerReading } from '../engine/explain.ts';
import { nextWords } from './holdings.ts';

/** How a trigger stands, in a few words; undefined where it has nothing to say. */
function phrase(reading: TriggerReading, decimals: number, clock: (ts: number) => string): string | undefined {
  const { state, label, level, due } = reading;
  if (state === 'off' || state === 'done') return undefined;
  if (state === 'live') return `${label}, waits for you`;
  if (state === 'silent') return `${label}, silent until its criteria have been false`;
  if (state === 'armed' && Number.isNaN(level) && !Number.isFinite(due)) return `${label}, at once`;
  return nextWords(reading, decimals, clock);
}

/**
 * What another policy would change for a position, a line for each rule that would stand otherwise:
 * "Breakeven: breakeven 1R 101.00 → breakeven 2R 102.00", "Trailing stop: now trailing from 2R 102.00".
 * @param before the rules as they stand   @param after the same position under the other policy
 */
export function effectLines(
  before: readonly RuleReading[],
  after: readonly RuleReading[],
  decimals: number,
  clock: (ts: number) => string,
): string[] {
  const phrases = (readings: readonly RuleReading[], rule: string): string[] =>
    (readings.find((reading) => reading.rule === rule)?.triggers ?? []).flatMap(
      (trigger) => phrase(trigger, decimals, clock) ?? [],
    );
  return after.flatMap(({ rule, title }) => {
    const [was, is] = [phrases(before, rule), phrases(after, rule)];
    const gone = was.filter((words) => !is.includes(words));
    const come = is.filter((words) => !was.includes(words));
    if (gone.length === 0 && come.length === 0) return [];
    const change =
      come.length === 0
        ? `no longer ${gone.join(', ')}`
        : gone.length === 0
          ? `now ${come.join(', ')}`
          : `${gone.join(', ')} → ${come.join(', ')}`;
    return [`${title}: ${change}`];
  });
}
