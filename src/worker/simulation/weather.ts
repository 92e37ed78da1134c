import { type Dice, pick } from '../../engine/dice.ts';
import type { Store, StoreFault } from '../../journal/store.ts';

/** How the disk is: what comes of what is asked of it. */
const WEATHERS = [
  'fair',
  /** answers come late */
  'slow',
  /** no page is left in the database, and often it is refused before it is tried */
  'full',
  'refusing',
  'every third refused',
  /** done, and said to have failed, or never answered at all */
  'deaf',
  /** said to have failed, and done after that */
  'late',
  /** fails in the middle of a transaction */
  'torn',
  /** the connection is gone, and is not to be had again at once */
  'lost',
] as const;
export type Weather = (typeof WEATHERS)[number];

export const METHODS = [
  ...([
    'state',
    'library',
    'begin',
    'append',
    'mark',
    'read',
    'remove',
    'keepRecording',
    'recording',
    'renameRecording',
  ] as const),
  ...(['removeRecording', 'keepPolicy', 'removePolicy', 'setting', 'keepSetting', 'sessionFile', 'dump', 'close'] as const),
] satisfies readonly (keyof Store)[];
export type Method = (typeof METHODS)[number];

const WRITES = new Set<Method>(['begin', 'append', 'mark', 'remove', 'keepRecording', 'renameRecording', 'keepPolicy']);

/** After so long without an answer what was asked counts as failed, as it does between two workers. */
const PATIENCE_MS = 30_000;

/** What is to come of one thing that is asked. */
export interface Plan {
  /** milliseconds until it is done, and from there to its answer */
  before: number;
  after: number;
  work: 'done' | 'half' | 'left' | 'later';
  answer: 'yes' | 'never' | StoreFault;
}

export const nextWeather = (next: Dice): Weather => (next() < 0.45 ? 'fair' : pick(next, WEATHERS));

/** @param nth which of the writes in this weather it is */
export function planOf(weather: Weather, method: Method, nth: number, next: Dice): Plan {
  const fair: Plan = { before: pick(next, [0, 0, 1]), after: pick(next, [0, 0, 1, 2]), work: 'done', answer: 'yes' };
  const refused: Plan = { ...fair, work: 'left', answer: weather === 'full' ? 'quota' : 'failed' };
  const writes = WRITES.has(method);
  const roll = next();
  switch (weather) {
    case 'fair':
    case 'lost':
      return fair;
    case 'slow':
      return { ...fair, before: Math.floor(next() * 200), after: roll < 0.1 ? 3_000 : Math.floor(next() * 200) };
    case 'full':
      return writes && roll < 0.5 ? refused : fair;
    case 'refusing':
      return roll < (writes ? 0.9 : 0.3) ? refused : fair;
    case 'every third refused':
      return writes && nth % 3 === 0 ? refused : fair;
    case 'deaf':
      if (!writes || roll < 0.4) return fair;
      return { ...fair, after: pick(next, [0, PATIENCE_MS]), answer: roll < 0.9 ? 'failed' : 'never' };
    case 'late':
      return writes && roll < 0.5 ? { ...fair, after: PATIENCE_MS, work: 'later', answer: 'failed' } : fair;
    case 'torn':
      return writes && roll < 0.6 ? { ...fair, work: 'half' } : fair;
    default:
      return weather satisfies never;
  }
}

export const isWrite = (method: Method): boolean => WRITES.has(method);
