import { createHash } from 'node:crypto';
import { existsSync, openAsBlob } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../domain/decimal.ts';
import { isAfter, rowsOf, type Tape, type TapePosition } from '../domain/tape.ts';
import { randomCommand, runWith, worldOf } from '../engine/chance.ts';
import { dice, pick } from '../engine/dice.ts';
import { type Decision, decisionsOf, Engine, type Setup } from '../engine/engine.ts';
import { textOf } from '../engine/testing.ts';
import { automaticEntries, generatedTapes, runTrial } from '../engine/trial.ts';
import { openFile } from '../feeds/open.ts';
import { checkPolicy, loadPreset } from '../policy/load.ts';
import { Checkpoints } from './checkpoints.ts';
import { suggestInterval, withInterval } from './interval.ts';
import { Session } from './session.ts';
import type { SessionFiles } from './session-view.ts';

const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1);

const BARS = ['ts', 'open', 'high', 'low', 'close', 'volume', 'rsi', 'macd', 'macdSignal', 'atr'] as const;

/** A value as plain data: decimals as their text, and no number that JSON does not know. */
function plain(value: unknown): unknown {
  if (Decimal.isDecimal(value)) return `#${String(value)}`;
  if (typeof value === 'number') return Object.is(value, -0) || !Number.isFinite(value) ? `~${String(value)}` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Map) return [...value].map((pair) => pair.map(plain));
  if (value instanceof Set || Array.isArray(value) || value instanceof Float64Array) return Array.from(value, plain);
  return Object.entries(value).map(([key, item]) => [key, plain(item)]);
}

/** A digest of where a run stands: its journal, its state, and its markets with every bar that has closed. */
function standsAs(engine: Engine): string {
  const { core, state, rowsDone, midRow, nextTs } = engine;
  const markets = core.lanes.map(({ market }) => {
    const { history, instrument, clock, ...more } = market;
    // where nothing is held, what the peaks are brought up to date from depends on how a run was cut into pieces
    const rest = Object.entries(more).filter(([key]) => !/run(?:High|Low)$/i.test(key));
    const bars = BARS.map((name) => history.column(name).slice(0, history.length));
    return plain({ rest, bars, symbol: instrument.spec.symbol, of: clock.day(core.ts) });
  });
  const where = {
    at: engine.at,
    rowsDone,
    midRow,
    nextTs,
    ts: core.ts,
    decisions: engine.allDecisions,
    left: engine.entriesLeft,
  };
  return createHash('sha256')
    .update(textOf(engine))
    .update(JSON.stringify([plain(state), markets, plain(where)]))
    .digest('hex');
}

type World = Omit<Setup, 'entries' | 'decisions'> & Pick<SessionFiles, 'entries'>;

/** A world of `chance.ts`, whose entries all come from a file. */
const chanceWorld = (seed: number): World => {
  const { entries = [], ...world } = worldOf(seed);
  return {
    ...world,
    entries: entries.flatMap(({ ts, command }) => (command.type === 'PlaceEntry' ? [{ ts, command }] : [])),
  };
};

function sessionOf({ tapes, policy, barPath, entries }: World, decisions: readonly Decision[] = []): Session {
  const timeline = { newestFirst: false, stepsBack: 0, duplicates: 0, repeats: 0, gaps: null };
  const sources = tapes.map((tape) => ({
    tape,
    name: tape.instrument.symbol,
    report: { rows: rowsOf(tape), rejectedRows: 0, counts: [], rejected: [], timeline },
    notes: [],
    intervalMs: tape.columns.kind === 'bars' ? tape.columns.intervalMs : null,
  }));
  return new Session({ sources, policy, barPath, entries }, { place: { row: 0, point: 0 }, decisions });
}

/** Walks a run by itself, without checkpoints, as a session goes to a row. */
function runTo(engine: Engine, row: number): void {
  engine.run(row);
  while (engine.closing) engine.run(engine.rowsDone + 1);
}

const rowsOfAll = ({ tapes }: World): number => tapes.reduce((sum, tape) => sum + rowsOf(tape), 0);

/** Goes to rows in any order, and wants each time what a straight run to that row is. */
function expectSeeksAsStraight(world: World, decisions: readonly Decision[], wanted: readonly number[], name: string): void {
  const straight = new Engine({ ...world, decisions });
  const stands = new Map<number, string>();
  for (const row of [...new Set(wanted)].toSorted((a, b) => a - b)) {
    runTo(straight, row);
    stands.set(row, standsAs(straight));
  }
  const session = sessionOf(world, decisions);
  for (const row of wanted) {
    session.seek(row);
    expect(standsAs(session.engine), `${name}, row ${row}`).toBe(stands.get(row));
  }
}

const randomRows = (count: number, rows: number, seed: number): number[] => {
  const next = dice(seed);
  return Array.from({ length: count }, () => Math.floor(next() * (rows + 1)));
};

/** Trades with entries at even distances that the policy manages, and a user who answers what is proposed. */
function tried(tape: Tape): { world: World; decisions: Decision[] } {
  const world: World = {
    tapes: [tape],
    policy: withInterval(loadPreset('active'), suggestInterval(tape)),
    barPath: 'adverse-first',
    entries: automaticEntries([tape], 40),
  };
  return { world, decisions: decisionsOf(runTrial(world, { seed: 7, looks: 60 }).journal) };
}

const TRADES = 'tk_BTCUSDT-binance-spot_2024-08-08_trades.csv.gz';
const file = new URL(`../../../shared/data/${TRADES}`, import.meta.url);

describe('going to 200 rows in any order', () => {
  it.skipIf(!existsSync(file))(
    `stands each time as a straight run to that row: ${TRADES}`,
    async () => {
      const blob = await openAsBlob(fileURLToPath(file));
      const { tape } = await openFile(new File([blob], TRADES), {});
      const { world, decisions } = tried(tape);
      expect(decisions.length).toBeGreaterThan(20);
      expectSeeksAsStraight(world, decisions, randomRows(200, rowsOf(tape), 1), TRADES);
    },
    120_000,
  );

  it('stands each time as a straight run to that row, on generated trades', () => {
    const { world, decisions } = tried(generatedTapes(3).trades);
    expect(decisions.length).toBeGreaterThan(20);
    expectSeeksAsStraight(world, decisions, randomRows(200, rowsOfAll(world), 2), 'generated trades');
  }, 120_000);

  it('stands each time as a straight run to that row, in random worlds with decisions', () => {
    let decided = 0;
    for (const seed of SEEDS) {
      const world = chanceWorld(seed);
      const decisions = decisionsOf(runWith(world, seed).journal);
      decided += decisions.length;
      expectSeeksAsStraight(world, decisions, randomRows(12, rowsOfAll(world), seed), `seed ${seed}`);
    }
    expect(decided).toBeGreaterThan(100);
  }, 120_000);
});

describe('a session that is gone back in', () => {
  /** How a run by itself stands at the place of a session, with these decisions. */
  const straightAt = (world: World, decisions: readonly Decision[], place: TapePosition): string => {
    const engine = new Engine({ ...world, decisions });
    engine.goTo(place);
    return standsAs(engine);
  };

  it('stands where a straight run does, whatever is done in whatever order, and a decision drops those that came after', () => {
    let dropped = 0;
    for (const seed of SEEDS) {
      const world = chanceWorld(seed);
      const session = sessionOf(world);
      const next = dice(seed ^ 0x51ed270b);
      let decisions: Decision[] = [];
      for (let turn = 0; turn < 40; turn += 1) {
        const roll = next();
        if (roll < 0.3) session.seek(Math.floor(next() * (session.rows + 1)));
        else if (roll < 0.5) for (let steps = next() * 8; steps > 0; steps -= 1) session.step();
        else if (roll < 0.6)
          session.run(session.rowsDone + Math.floor(next() * 9), pick(next, ['event', 'stop-move', 'proposal']));
        else if (roll < 0.68) session.seekEventBefore();
        else if (roll < 0.75) session.seekLatest();
        else if (roll < 0.8) {
          const [records, place, ahead] = [session.journal.length, session.place, session.ahead];
          session.seek(session.rowsDone + 1 + Math.floor(next() * 40));
          session.restore(records, place, ahead);
        } else {
          const taken = decisionsOf(session.journal);
          const [at, command] = [session.place, randomCommand(session.engine, next)];
          const ahead = session.ahead.length;
          // a policy that is none is refused before anything is decided
          if (command.type === 'SetPolicy' && !checkPolicy(command.policy).ok) continue;
          session.command(command);
          dropped += ahead;
          decisions = decisionsOf(session.journal);
          expect(decisions).toEqual([...taken, { at, command }]);
          expect(session.ahead).toEqual([]);
          expect(session.latest.latest).toBeNull();
        }
        expect(session.engine.allDecisions).toEqual(decisions);
        expect(standsAs(session.engine), `seed ${seed}, turn ${turn}`).toBe(straightAt(world, decisions, session.place));
      }
    }
    expect(dropped).toBeGreaterThan(20);
  }, 120_000);

  it('remembers how far it had come and what is marked on the way, until it is there again or decides anew', () => {
    const { world, decisions } = tried(generatedTapes(3).trades);
    const session = sessionOf(world, decisions);
    session.seek(9_000);
    expect(session.latest).toEqual({ latest: null, ahead: [] });
    const [there, records] = [standsAs(session.engine), session.journal.length];
    const { generation } = session;
    session.seek(6_000);
    const { latest, ahead } = session.latest;
    expect(latest).toBe(9_000);
    expect(ahead.length).toBeGreaterThan(3);
    expect(ahead.every(({ row }, i) => row >= 6_000 && row < 9_000 && row > (ahead[i - 1]?.row ?? 0))).toBe(true);
    const [first] = ahead;
    const { lines } = session.markedBetween(first?.row ?? 0, first?.row ?? 0);
    expect(lines[0]).toMatchObject({ ahead: true, tone: first?.tone });
    expect(lines[0]?.text).not.toBe('');
    // further back and on again changes nothing of how far it was
    session.seek(2_000);
    session.seek(8_999);
    expect(session.latest.latest).toBe(9_000);
    expect(session.generation).toBe(generation + 2);
    session.seekLatest();
    expect(session.generation, 'to go on is not to begin anew').toBe(generation + 2);
    expect([standsAs(session.engine), session.journal.length]).toEqual([there, records]);
    expect(session.latest).toEqual({ latest: null, ahead: [] });
    session.seek(6_000);
    session.command({ type: 'SetAutonomyLevel', level: 'manual' });
    expect(session.latest).toEqual({ latest: null, ahead: [] });
    session.seekLatest();
    expect(session.rowsDone).toBe(6_000);
  });

  it('goes from record to record back to the start', () => {
    const { world, decisions } = tried(generatedTapes(3).trades);
    const session = sessionOf(world, decisions);
    session.seek(1_000);
    const places = session.journal.map(({ tape }) => tape).filter((tape, i, all) => i === 0 || isAfter(tape, all[i - 1] ?? tape));
    expect(places.length).toBeGreaterThan(5);
    for (const place of places.toReversed()) {
      session.seekEventBefore();
      expect(session.place).toEqual(place);
    }
    const { generation } = session;
    session.seekEventBefore();
    expect(session.generation, 'before the start there is nothing').toBe(generation);
  });

  it('stops at a stop that is set or moved, and at nothing else', () => {
    const { world, decisions } = tried(generatedTapes(3).trades);
    const session = sessionOf(world, decisions);
    const moved: number[] = [];
    while (session.run(session.rows, 'stop-move') === 'stop-move') moved.push(session.place.row);
    const wanted = session.journal
      .filter(({ event }) => /^Stop(?:Set|Raised|Loosened)$/.test(event.type))
      .map(({ tape }) => tape.row);
    expect(moved).toEqual([...new Set(wanted)]);
    expect(moved.length).toBeGreaterThan(20);
  });
});

describe('checkpoints', () => {
  const walked = (rows: number, mostWeight?: number): { engine: Engine; checkpoints: Checkpoints } => {
    const tape = generatedTapes(3).trades;
    const { policy, barPath } = tried(tape).world;
    const engine = new Engine({ tapes: [tape], policy, barPath, entries: automaticEntries([tape], 40) });
    const checkpoints = new Checkpoints(rowsOf(tape), mostWeight);
    while (engine.rowsDone < rows) {
      engine.run(Math.min(rows, checkpoints.next(engine.rowsDone)));
      checkpoints.pass(engine);
    }
    return { engine, checkpoints };
  };

  it('stand at even distances, the nearest before a row no further than one 64th of the tape', () => {
    const { engine, checkpoints } = walked(12_000);
    const apart = Math.ceil(12_000 / 64);
    for (const row of randomRows(100, 12_000, 5)) {
      const from = checkpoints.ofRow(row)?.rowsDone ?? 0;
      expect(from).toBeLessThanOrEqual(row);
      expect(row - from).toBeLessThan(apart);
    }
    expect(checkpoints.ofPlace(engine.at)?.rowsDone).toBe(63 * apart);
  });

  it('are not used where they stand beyond a place, at which the run becomes another', () => {
    const { checkpoints } = walked(12_000);
    const copy = checkpoints.ofRow(6_000);
    expect(copy).toBeDefined();
    if (!copy) return;
    checkpoints.turnAt(copy.at);
    expect(checkpoints.ofRow(12_000)?.rowsDone).toBe(copy.rowsDone - Math.ceil(12_000 / 64));
  });

  it('are kept of what is not taken back', () => {
    const { checkpoints } = walked(12_000);
    const copy = checkpoints.ofRow(6_000);
    expect(copy).toBeDefined();
    if (!copy) return;
    checkpoints.takeBack(copy.journal.length, copy.at);
    expect(checkpoints.ofRow(12_000)).toBe(copy);
    checkpoints.takeBack(copy.journal.length - 1, copy.at);
    expect(checkpoints.ofRow(12_000)?.journal.length).toBeLessThan(copy.journal.length);
  });

  it('are thinned out evenly where together they weigh too much', () => {
    const apart = Math.ceil(12_000 / 64);
    const records = walked(12_000).engine.journal.length;
    const { checkpoints } = walked(12_000, 12 * records);
    const stands = new Set<number>();
    for (let row = 0; row <= 12_000; row += 10) stands.add(checkpoints.ofRow(row)?.rowsDone ?? 0);
    const [, first = 0, ...more] = [...stands];
    expect(first).toBeGreaterThan(apart);
    expect(first % apart).toBe(0);
    expect(more).toEqual(more.map((_, i) => first * (i + 2)));
    // half of the journal on average
    expect((stands.size * records) / 2).toBeLessThanOrEqual(12 * records);
    expect(more.length).toBeGreaterThan(2);
  });
});
