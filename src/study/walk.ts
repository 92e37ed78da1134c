import { numberOf } from '../domain/decimal.ts';
import type { JournalRecord } from '../domain/events.ts';
import type { TapePosition } from '../domain/tape.ts';
import { Engine } from '../engine/engine.ts';
import { accountOf } from '../engine/state.ts';
import { type Case, setupOf } from './case.ts';

/** Equity of all accounts together, marked at the last prices, at bar closes of the first instrument; where nothing changed nothing is noted. */
export interface EquityCurve {
  ts: Float64Array;
  equity: Float64Array;
}

/** What came of a session. */
export interface Walked {
  name: string;
  journal: JournalRecord[];
  equity: EquityCurve;
}

const ROWS = 256;

/** An engine that has walked a case to its place, and its equity on the way. */
export interface Walk {
  engine: Engine;
  equity: EquityCurve;
}

/**
 * Walks a case to its place.
 * @param tell how much of it is done, 0..1
 * @param places on the way, in their order, at each of which `stand` is called
 */
export function walk(
  one: Case,
  tell: (share: number) => void,
  places: readonly TapePosition[] = [],
  stand: (engine: Engine, at: number) => void = () => undefined,
): Walk {
  const engine = new Engine(setupOf(one));
  const rows = one.tapes.reduce((sum, { columns }) => sum + columns.ts.length, 0);
  const until = one.place ? one.place.row : rows;
  const ts: number[] = [];
  const equity: number[] = [];
  const note = (): void => {
    const { core } = engine;
    const now = [...core.state.accounts.keys()].reduce((sum, id) => sum + core.equityNumber(id), 0);
    const value = core.state.accounts.size > 0 ? now : numberOf(accountOf(core.state, 'paper').cash);
    if (equity.at(-1) === value) return;
    ts.push(core.ts);
    equity.push(value);
  };
  let bars = engine.market.bars;
  const look = (): void => {
    if (engine.market.bars !== bars) note();
    bars = engine.market.bars;
  };
  let next = 0;
  /** Stands at every place that lies before the end of the next row. */
  const stop = (): void => {
    for (let place = places[next]; place && place.row < engine.rowsDone + one.tapes.length; place = places[next]) {
      engine.goTo(place);
      look();
      stand(engine, next);
      next += 1;
    }
  };
  note();
  for (stop(); engine.rowsDone < until && !engine.ended; stop()) {
    engine.run(engine.rowsDone + 1);
    look();
    if (engine.rowsDone % ROWS === 0) tell(engine.rowsDone / until);
  }
  if (one.place) engine.goTo(one.place);
  note();
  return { engine, equity: { ts: Float64Array.from(ts), equity: Float64Array.from(equity) } };
}

/** Walks a session to its place. @param tell how much of it is done, 0..1 */
export function walked(one: Case, tell: (share: number) => void): Walked {
  const { engine, equity } = walk(one, tell);
  return { name: one.name, journal: [...engine.journal], equity };
}
