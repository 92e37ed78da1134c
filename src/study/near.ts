import type { ActionKind, CriterionReading } from '../domain/proposal.ts';
import type { TapePosition } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import type { Engine } from '../engine/engine.ts';
import type { Armed, Managed } from '../engine/managed.ts';
import type { Criterion } from '../rules/rule.ts';

/** How near a missing criterion must have come: a share of its threshold, and in R where it waits for a price. */
const NEAR_SHARE = 0.1;
const NEAR_R = 0.1;

/** Actions that a trader looks for. What ends a day, a loss or an emergency is not missed. */
const LOOKED_FOR: ReadonlySet<ActionKind> = new Set<ActionKind>([
  'early-exit',
  'time-stop',
  'partial-exit',
  'stop-move',
  'resize-down',
  'resize-up',
  'scale-in',
  'tranche-entry',
]);

/** A moment at which one criterion alone kept a rule from acting. */
export interface Near {
  positionId: string;
  rule: string;
  trigger: string;
  ts: Milliseconds;
  place: TapePosition;
  missing: CriterionReading;
  /** distance as a share of what is near enough, 0..1 */
  distance: number;
}

/** A trigger on a position, while all or all but one of its criteria hold. */
interface Episode {
  nearest: Near | undefined;
  kind: ActionKind;
}

/** How far the one criterion that does not hold is from holding, of what is near enough: more than 1 is too far; NaN while unknown. */
function distanceOf(criterion: Criterion, c: Managed): number {
  if (criterion.kind === 'price' && !criterion.gap) return Math.abs(criterion.level(c) - c.price) / c.r / NEAR_R;
  return (criterion.gap?.(c) ?? Number.NaN) / NEAR_SHARE;
}

/** What does not hold of a trigger: the one criterion that is nearest to holding where only one is missing. */
function missingOf({ trigger }: Armed, c: Managed): { criterion: Criterion; any: boolean } | 'all hold' | 'more' {
  const { criteria, any } = trigger;
  const failing = criteria.filter((criterion) => !criterion.holds(c));
  const speaking = any?.filter(({ kind }) => kind !== 'model');
  const noneOfAny = speaking !== undefined && !speaking.some((criterion) => criterion.holds(c));
  if (failing.length + Number(noneOfAny) === 0) return 'all hold';
  if (failing.length + Number(noneOfAny) > 1) return 'more';
  const [only] = failing;
  if (only) return { criterion: only, any: false };
  let best: Criterion | undefined;
  for (const criterion of speaking ?? []) if (!best || !(distanceOf(criterion, c) >= distanceOf(best, c))) best = criterion;
  return best ? { criterion: best, any: true } : 'more';
}

/**
 * Looks at the open positions of a run as it is walked, and notes where a rule came within one criterion of acting: all others held, and that one
 * was near. An episode is an unbroken stretch in which at most one criterion is missing; one that ends in the rule's proposal was no miss. Of
 * several on a position the one that came nearest is kept, and a stop that was moved by a trigger at some time was not missed by it.
 *
 * Rules are looked at where they are evaluated: at every price, or on the cadence of the policy. Nothing that is looked at changes what the run does.
 */
export class NearMisses {
  private readonly engine: Engine;
  private readonly episodes = new Map<string, Episode>();
  private readonly best = new Map<string, Near>();
  private readonly fired = new Set<string>();
  private seen = 0;
  /** bars that had closed, or the turn of the cadence, at the last look, by instrument */
  private readonly looked = new Map<string, number>();

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** The nearest of each trigger and position, in the order of their moments. */
  get found(): Near[] {
    for (const key of [...this.episodes.keys()]) this.end(key);
    return [...this.best.values()].toSorted((a, b) => a.ts - b.ts);
  }

  /** Looks once, after each step of the run. */
  look(): void {
    const { core, journal } = this.engine;
    for (; this.seen < journal.length; this.seen += 1) {
      const event = journal[this.seen]?.event;
      if (event?.type === 'ProposalOpened') {
        const { positionId, rule, trigger } = event.proposal;
        const key = `${positionId} ${rule} ${trigger}`;
        this.episodes.delete(key);
        this.fired.add(key);
      } else if (event?.type === 'PositionClosed')
        for (const key of [...this.episodes.keys()]) if (key.startsWith(`${event.positionId} `)) this.end(key);
    }
    for (const { symbol, book } of core.lanes) {
      const onCadence = book.length > 0 && this.cadenceComes(symbol);
      for (const managed of book) this.lookAt(managed, onCadence);
    }
  }

  private cadenceComes(symbol: string): boolean {
    const { core } = this.engine;
    const { evaluateEvery } = core.policy;
    if (evaluateEvery === 'tick') return true;
    const now = evaluateEvery === 'bar' ? core.lane(symbol).market.bars : Math.floor(core.ts / evaluateEvery.value.toNumber());
    const comes = this.looked.get(symbol) !== now;
    this.looked.set(symbol, now);
    return comes;
  }

  private lookAt(managed: Managed, onCadence: boolean): void {
    const { core } = this.engine;
    const { position, price, ts } = managed;
    if (core.state.manual.has(position.id) || position.status === 'CLOSING' || position.quantity.isZero()) return;
    managed.price = managed.market.exitPrice(managed.side);
    managed.ts = core.ts;
    for (const armed of managed.armed)
      if (LOOKED_FOR.has(armed.kind) && (armed.rule.cadence === 'tick' || (armed.rule.cadence === 'bar' && onCadence)))
        this.lookFor(managed, armed);
    managed.price = price;
    managed.ts = ts;
  }

  private lookFor(managed: Managed, armed: Armed): void {
    const { rule, trigger, live, silence, watched, kind } = armed;
    const key = `${managed.position.id} ${rule.id} ${trigger.key}`;
    if (!watched || live || silence || trigger.idle(managed)) return this.end(key);
    const missing = missingOf(armed, managed);
    if (missing === 'more') return this.end(key);
    const episode = this.episodes.get(key) ?? { nearest: undefined, kind };
    this.episodes.set(key, episode);
    if (missing === 'all hold') return;
    const distance = distanceOf(missing.criterion, managed);
    if (!(distance <= 1) || (episode.nearest && episode.nearest.distance <= distance)) return;
    episode.nearest = {
      positionId: managed.position.id,
      rule: rule.id,
      trigger: trigger.key,
      ts: this.engine.core.ts,
      place: this.engine.at,
      missing: { ...missing.criterion.read(managed), ...(missing.any ? { any: true as const } : {}) },
      distance,
    };
  }

  private end(key: string): void {
    const episode = this.episodes.get(key);
    this.episodes.delete(key);
    const nearest = episode?.nearest;
    if (!nearest || (episode.kind === 'stop-move' && this.fired.has(key))) return;
    const before = this.best.get(key);
    if (!before || nearest.distance < before.distance) this.best.set(key, nearest);
  }
}
