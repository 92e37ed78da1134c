import { createHash } from 'node:crypto';
import { openAsBlob, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Decimal, dec, ZERO } from '../src/domain/decimal.ts';
import type { Event, JournalRecord } from '../src/domain/events.ts';
import { rowsOf, type Tape } from '../src/domain/tape.ts';
import { Engine, type Setup } from '../src/engine/engine.ts';
import { automaticEntries, generatedTapes, runTrial } from '../src/engine/trial.ts';
import { openFile } from '../src/feeds/open.ts';
import { type LoadedPolicy, loadPreset, presets } from '../src/policy/load.ts';
import { journalText } from '../src/projections/figures.ts';
import { suggestInterval, withInterval } from '../src/worker/interval.ts';

/*
 * Every preset over every recorded file: entries at even distances, a user who decides by seeded dice, the real engine. It shows what the
 * policies do and what they cost in time; it recommends none: the entries know nothing of the market and the decisions are thrown.
 */

const FOLDER = fileURLToPath(new URL('../../shared/data/', import.meta.url));
const SEED = 20_190_215;
/** An entry comes after this many bars, but between these many times in a session. */
const ENTRY_BARS = 30;
const [FEWEST, MOST] = [12, 400];
/** How often drawdown is looked at, and the user looks at what is open. */
const LOOKS = 1_000;

/** Sessions of several files on one clock. Two files of one symbol take the names that stand here; what is `unheld` is only looked at. */
const TOGETHER: { name: string; files: Record<string, string | undefined>; unheld?: string[] }[] = [
  {
    name: 'TSLA, AMZN, SPY and VIX, 2019-02',
    files: {
      'eq_TSLA_1m_2019-02-11_2019-02-15': undefined,
      'eq_AMZN_1m_2019-02-11_2019-02-15': undefined,
      'eq_SPY_1m_2019-02-11_2019-02-15': undefined,
      'ix_VIX_1m_2019-02-11_2019-02-15': undefined,
    },
    unheld: ['VIX'],
  },
  {
    name: 'BTC spot and perp, trades, 2024-08-08',
    files: {
      'tk_BTCUSDT-binance-spot_2024-08-08_trades': 'BTC-SPOT',
      'tk_BTCUSDT-binance-perp_2024-08-08_trades': 'BTC-PERP',
    },
  },
  {
    name: 'BTC spot and perp, quotes, 2024-08-08',
    files: { 'tk_BTCUSDT-binance-spot_2024-08-08_bbo': 'BTC-SPOT', 'tk_BTCUSDT-binance-perp_2024-08-08_bbo': 'BTC-PERP' },
  },
  {
    name: 'BTC spot, trades and perp, quotes',
    files: { 'tk_BTCUSDT-binance-spot_2024-08-08_trades': 'BTC-SPOT', 'tk_BTCUSDT-binance-perp_2024-08-08_bbo': 'BTC-PERP' },
  },
];

/** What one policy did on one session. Money is what the account has at the end, open positions at their last price. */
interface Outcome {
  rows: number;
  positions: number;
  wins: number;
  grossWin: Decimal;
  grossLoss: Decimal;
  pnl: Decimal;
  drawdown: number;
  atStop: Decimal;
  saved: Decimal;
  adds: number;
  halts: number;
  fees: Decimal;
  refusals: Map<string, number>;
  faults: number;
  ms: number;
  same: boolean;
}

const COLUMNS = [
  ['session', 36],
  ['policy', 22],
  ['rows', 7],
  ['positions', 9],
  ['win %', 6],
  ['net P&L', 11],
  ['factor', 7],
  ['expectancy', 10],
  ['drawdown', 8],
  ['saving', 7],
  ['adds', 5],
  ['halts', 5],
  ['fees', 8],
  ['ms', 7],
  ['ns/row', 7],
  ['twice', 5],
  ['refusals by guard', 0],
] as const;

const line = (cells: readonly string[]): string =>
  cells
    .map((cell, i) => {
      const width = COLUMNS[i]?.[1] ?? 0;
      return i < 2 || width === 0 ? cell.slice(0, width || undefined).padEnd(width) : cell.padStart(width);
    })
    .join(' ')
    .trimEnd();

const percent = (part: number, whole: number): string => (whole === 0 ? '–' : ((part / whole) * 100).toFixed(1));
const money = (value: Decimal): string => value.toFixed(2);

function row(session: string, policy: string, one: Outcome): string {
  const { positions, grossWin, grossLoss, rows, ms, refusals } = one;
  const shown = [...refusals].toSorted(([, a], [, b]) => b - a).map(([code, count]) => `${code} ${count}`);
  return line([
    session,
    policy,
    String(rows),
    String(positions),
    percent(one.wins, positions),
    money(one.pnl),
    grossLoss.isZero() ? '–' : grossWin.div(grossLoss).toFixed(2),
    positions === 0 ? '–' : money(grossWin.minus(grossLoss).div(positions)),
    `${one.drawdown.toFixed(2)}%`,
    one.atStop.isZero() ? '–' : `${one.saved.div(one.atStop).times(100).toFixed(1)}%`,
    String(one.adds),
    String(one.halts),
    money(one.fees),
    ms.toFixed(ms < 100 ? 1 : 0),
    String(Math.round((ms * 1e6) / rows)),
    one.same ? 'same' : 'OTHER',
    (one.faults > 0 ? [`FAULTS ${one.faults}`, ...shown] : shown).join(', '),
  ]);
}

/** The refusal that an event tells of, where it is the policy's guards that refuse. */
function refusalIn(event: Event): string | undefined {
  return event.type === 'EntryDenied' || event.type === 'RuleBlocked' || event.type === 'ProposalFailed'
    ? event.refusal.code
    : undefined;
}

function outcomeOf(engine: Engine, rows: number, drawdown: number): Omit<Outcome, 'ms' | 'same'> {
  const { state, journal, core } = engine;
  const closed = [...state.positions.values()].filter(({ closedTs }) => closedTs !== undefined).map((one) => one.realizedPnl);
  const sum = (values: readonly Decimal[]): Decimal => values.reduce((total, value) => total.plus(value), ZERO);
  const events = <T extends Event['type']>(type: T): Extract<Event, { type: T }>[] =>
    journal.flatMap(({ event }) => (event.type === type ? [event as Extract<Event, { type: T }>] : []));
  const savings = events('SavingRecorded');
  const refusals = new Map<string, number>();
  for (const { event } of journal) {
    const code = refusalIn(event);
    if (code !== undefined) refusals.set(code, (refusals.get(code) ?? 0) + 1);
  }
  return {
    rows,
    positions: closed.length,
    wins: closed.filter((pnl) => pnl.greaterThan(0)).length,
    grossWin: sum(closed.filter((pnl) => pnl.greaterThan(0))),
    grossLoss: sum(closed.filter((pnl) => pnl.lessThan(0))).abs(),
    pnl: core.equity('paper').minus(state.startingEquity),
    drawdown,
    atStop: sum(savings.map(({ atStop }) => dec(atStop).abs())),
    saved: sum(savings.map(({ saved }) => dec(saved))),
    adds: events('OrderFilled').filter(({ purpose }) => purpose === 'add').length,
    halts: events('HaltBegan').length,
    fees: sum([...state.positions.values()].map(({ fees }) => fees)),
    refusals,
    faults: events('RuleFaulted').length,
  };
}

const digest = (journal: readonly JournalRecord[]): string => createHash('sha256').update(journalText(journal)).digest('hex');

/** Runs a session with a user, then once more in one go with the same decisions, which is what is timed. */
function trial(tapes: readonly Tape[], policy: LoadedPolicy, unheld: readonly string[]): Outcome {
  const rows = tapes.reduce((sum, tape) => sum + rowsOf(tape), 0);
  const interval = policy.policy.interval.value.toNumber();
  const bars = Math.max(...tapes.map(({ columns: { ts } }) => ((ts.at(-1) ?? 0) - (ts[0] ?? 0)) / interval));
  const most = Math.max(...tapes.map(rowsOf));
  const count = Math.round(Math.max(FEWEST, Math.min(MOST, Math.min(bars, most) / ENTRY_BARS)));
  const setup: Setup = { tapes, policy, barPath: 'adverse-first', entries: automaticEntries(tapes, count, unheld) };
  let peak = 0;
  let drawdown = 0;
  const engine = runTrial(setup, { seed: SEED, looks: LOOKS }, ({ core }) => {
    const equity = core.equityNumber('paper');
    if (equity > peak) peak = equity;
    drawdown = Math.max(drawdown, (1 - equity / peak) * 100);
  });
  const decisions = engine.allDecisions;
  const start = performance.now();
  const again = new Engine({ ...setup, decisions });
  again.run(Number.POSITIVE_INFINITY);
  const ms = performance.now() - start;
  return { ...outcomeOf(engine, rows, drawdown), ms, same: digest(engine.journal) === digest(again.journal) };
}

function add(total: Outcome | undefined, one: Outcome): Outcome {
  if (!total) return { ...one, refusals: new Map(one.refusals) };
  for (const [code, count] of one.refusals) total.refusals.set(code, (total.refusals.get(code) ?? 0) + count);
  return {
    ...total,
    rows: total.rows + one.rows,
    positions: total.positions + one.positions,
    wins: total.wins + one.wins,
    grossWin: total.grossWin.plus(one.grossWin),
    grossLoss: total.grossLoss.plus(one.grossLoss),
    pnl: total.pnl.plus(one.pnl),
    drawdown: Math.max(total.drawdown, one.drawdown),
    atStop: total.atStop.plus(one.atStop),
    saved: total.saved.plus(one.saved),
    adds: total.adds + one.adds,
    halts: total.halts + one.halts,
    fees: total.fees.plus(one.fees),
    faults: total.faults + one.faults,
    ms: total.ms + one.ms,
    same: total.same && one.same,
  };
}

const open = async (file: string, symbol?: string): Promise<Tape> => {
  const blob = new File([await openAsBlob(`${FOLDER}${file}`)], basename(file));
  return (await openFile(blob, symbol === undefined ? {} : { instrument: { symbol } })).tape;
};

/** The sessions, one at a time: each recorded file, then several files together; generated tapes where nothing is recorded. */
async function* sessions(): AsyncGenerator<{ name: string; tapes: Tape[]; unheld: string[] }> {
  let files: string[] = [];
  try {
    files = readdirSync(FOLDER).filter((name) => name.endsWith('.csv.gz'));
  } catch {
    console.log('There is no recorded data beside the repository: these tapes are generated.\n');
  }
  for (const file of files) yield { name: file.replace('.csv.gz', ''), tapes: [await open(file)], unheld: [] };
  if (files.length === 0)
    for (const [name, tape] of Object.entries(generatedTapes(SEED))) yield { name, tapes: [tape], unheld: [] };
  for (const { name, files: wanted, unheld } of TOGETHER) {
    if (!Object.keys(wanted).every((file) => files.includes(`${file}.csv.gz`))) continue;
    const tapes: Tape[] = [];
    for (const [file, symbol] of Object.entries(wanted)) tapes.push(await open(`${file}.csv.gz`, symbol));
    yield { name, tapes, unheld: unheld ?? [] };
  }
}

/** Prints a row a policy and session, then the sums. @returns false where a rule failed, a run threw, or a repeat gave another journal */
export async function policies(): Promise<boolean> {
  const began = performance.now();
  const totals = new Map<string, Outcome>();
  let sound = true;
  let most = 0;
  console.log(
    `An entry every ${ENTRY_BARS} bars (${FEWEST} to ${MOST} a session), long and short in turn, sized by the policy, and the policy's own entry plan. Each proposal that`,
  );
  console.log(
    'waits is approved, approved in half, rejected, snoozed or let be by seeded dice, which also move stops and targets, reduce and close.',
  );
  console.log(
    'net P&L: of the account, open positions at their last price; factor, expectancy, win %: of closed positions; saving: of early exits against the stop;',
  );
  console.log(
    `drawdown: of equity, looked at ${LOOKS} times a session and at each decision; ms: the same decisions once more in one go; twice: whether its journal is the same.\n`,
  );
  console.log(line(COLUMNS.map(([name]) => name)));
  // so that the first rows do not pay for what is compiled
  for (const preset of Object.keys(presets)) trial([generatedTapes(SEED).bars], loadPreset(preset), []);
  for await (const { name, tapes, unheld } of sessions()) {
    for (const preset of Object.keys(presets)) {
      const loaded = loadPreset(preset);
      const [first] = tapes;
      const bars = tapes.every(({ columns }) => columns.kind === 'bars');
      try {
        const one = trial(tapes, bars || !first ? loaded : withInterval(loaded, suggestInterval(first)), unheld);
        console.log(row(name, preset, one));
        totals.set(preset, add(totals.get(preset), one));
        sound &&= one.same && one.faults === 0;
        most = Math.max(most, one.rows);
      } catch (error) {
        sound = false;
        console.log(`${line([name, preset])} THREW ${error instanceof Error ? error.stack : String(error)}`);
      }
    }
  }
  console.log(`\n${line(COLUMNS.map(([name], i) => (i === 0 ? 'all sessions' : name)))}`);
  for (const [preset, total] of totals) console.log(row('all', preset, total));
  console.log(`\n${((performance.now() - began) / 1_000).toFixed(0)} s; the longest session has ${most} rows.`);
  return sound;
}
