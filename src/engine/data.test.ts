import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Proposal } from '../domain/proposal.ts';
import type { Tape } from '../domain/tape.ts';
import { readCsv } from '../formats/csv.ts';
import { type LoadedPolicy, loadPreset, presets } from '../policy/load.ts';
import { journalText } from '../projections/figures.ts';
import { suggestInterval, withInterval } from '../worker/interval.ts';
import { Audit } from './audit.ts';
import { Engine, type Setup } from './engine.ts';
import { foldDifference, policyWith } from './testing.ts';
import { automaticEntries, generatedTapes, type Manner, runTrial } from './trial.ts';

/** Real market data, kept beside the checkout; each test is skipped by name where its file is absent. */
const FOLDER = new URL('../../../shared/data/', import.meta.url);
const listed: { file: string }[] = existsSync(new URL('manifest.json', FOLDER))
  ? JSON.parse(readFileSync(new URL('manifest.json', FOLDER), 'utf8')).files
  : [];

/** Files that are walked on one clock, with the names that two of one symbol take. */
const TOGETHER: [name: string, files: [file: string, symbol?: string][]][] = [
  [
    'TSLA, AMZN, SPY and VIX',
    [
      ['eq_TSLA_1m_2019-02-11_2019-02-15.csv.gz'],
      ['eq_AMZN_1m_2019-02-11_2019-02-15.csv.gz'],
      ['eq_SPY_1m_2019-02-11_2019-02-15.csv.gz'],
      ['ix_VIX_1m_2019-02-11_2019-02-15.csv.gz'],
    ],
  ],
  [
    'trades of BTCUSDT, spot and perpetual',
    [
      ['tk_BTCUSDT-binance-spot_2024-08-08_trades.csv.gz', 'SPOT'],
      ['tk_BTCUSDT-binance-perp_2024-08-08_trades.csv.gz', 'PERP'],
    ],
  ],
  [
    'quotes of BTCUSDT, spot and perpetual',
    [
      ['tk_BTCUSDT-binance-spot_2024-08-08_bbo.csv.gz', 'SPOT'],
      ['tk_BTCUSDT-binance-perp_2024-08-08_bbo.csv.gz', 'PERP'],
    ],
  ],
];

function read(file: string, symbol?: string): Tape {
  const bytes = new Uint8Array(gunzipSync(readFileSync(new URL(file, FOLDER))));
  const { tape } = readCsv(bytes, file.replace(/\.gz$/, ''), symbol === undefined ? {} : { instrument: { symbol } });
  return { ...tape, digest: '' };
}

const MANNER: Manner = { seed: 20_190_215, looks: 40, wild: true };
/** Entries a tape: of recorded ones, of which there are many, fewer. */
const [RECORDED, GENERATED] = [24, 100];

/** Every preset, and one that holds what `intraday` soon leaves, so that a session's end finds something open. */
const POLICIES: Record<string, LoadedPolicy> = {
  ...Object.fromEntries(Object.keys(presets).map((name) => [name, loadPreset(name)])),
  'held until flat': policyWith({
    autonomy: { 'session-flat': 'auto', 'scale-in': 'auto' },
    account: { equity: '100000' },
    rules: {
      'session-flat': { enabled: true },
      'time-stop': { enabled: true, after: '2h', profit: '0R' },
      'drawdown-halt': { enabled: true, limit: '0.5%' },
      breakeven: { enabled: true, trigger: '0.5R' },
      'trailing-stop': { enabled: true },
      'scale-in': { enabled: true, profit: '0.1R', volume: 'none', macd: false, rsi: 'none', resistance: false },
    },
  }),
};

function setupOf(tapes: readonly Tape[], loaded: LoadedPolicy, entries: number): Setup {
  const [first] = tapes;
  const bars = tapes.every(({ columns }) => columns.kind === 'bars');
  return {
    tapes,
    policy: bars || !first ? loaded : withInterval(loaded, suggestInterval(first)),
    barPath: 'adverse-first',
    entries: automaticEntries(tapes, entries),
  };
}

const digest = ({ journal }: Engine): string => createHash('sha256').update(journalText(journal)).digest('hex');

/** Walks a session again, cut into pieces of every kind and length. */
function walkInPieces(engine: Engine): void {
  let turn = MANNER.seed;
  while (!engine.ended) {
    turn = (turn * 48_271) % 2_147_483_647;
    if (turn % 4 === 0) engine.step();
    else engine.run(engine.rowsDone + 1 + (turn % 997), turn % 4 === 1 ? 'event' : turn % 4 === 2 ? 'proposal' : 'none');
  }
}

/** Walks a session again with everything woken at every price. */
function walkAwake(engine: Engine): void {
  while (!engine.ended) {
    for (const { market, scout } of engine.core.lanes) {
      market.lower = Number.POSITIVE_INFINITY;
      if (scout) scout.stale = true;
    }
    for (const managed of engine.core.book) managed.stale = true;
    engine.step();
  }
}

/** A position that was held beyond the first price at or after its session's flat time, though nobody could veto that; undefined where none was. */
function heldTooLong({ core, state, journal }: Engine, tapes: readonly Tape[]): string | undefined {
  const { enabled, at } = core.policy.rules['session-flat'];
  if (!enabled) return undefined;
  const flat = journal.flatMap(({ event }): Proposal[] =>
    event.type === 'ProposalOpened' && event.proposal.rule === 'session-flat' ? [event.proposal] : [],
  );
  const vetoable = new Set(flat.filter(({ autonomy }) => autonomy.mode !== 'auto').map(({ positionId }) => positionId));
  for (const { id, symbol, openedTs, closedTs, tranches } of state.positions.values()) {
    const { clock, hasSession } = core.lane(symbol).market;
    if (!hasSession || tranches.length === 0 || vetoable.has(id)) continue;
    const today = clock.sessionTime(openedTs, at);
    const due = today > openedTs ? today : clock.sessionTime(clock.nextTradingDay(openedTs).start, at);
    const first = tapes.find(({ instrument }) => instrument.symbol === symbol)?.columns.ts.find((ts) => ts >= due);
    if (first !== undefined && (closedTs ?? core.ts) > first) return `${id} was held beyond ${new Date(first).toISOString()}`;
  }
  return undefined;
}

/** Runs a session with every policy and says, by policy, what did not hold; nothing where all did. */
function broken(
  tapes: readonly Tape[],
  entries: number,
  again: (engine: Engine) => void,
  seen = new Set<string>(),
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, policy] of Object.entries(POLICIES)) {
    const setup = setupOf(tapes, policy, entries);
    let audit: Audit | undefined;
    const engine = runTrial(
      setup,
      MANNER,
      () => {
        audit?.between();
        audit?.sums();
      },
      (begun) => {
        audit = new Audit(begun);
      },
    );
    for (const what of audit?.seen ?? []) seen.add(what);
    const repeated = new Engine({ ...setup, decisions: engine.allDecisions });
    again(repeated);
    const tooLong = heldTooLong(engine, tapes);
    const state = foldDifference(engine);
    const faults = {
      ...audit?.breaches,
      ...(tooLong === undefined ? {} : { tooLong }),
      ...(state === undefined ? {} : { state }),
      ...(digest(engine) === digest(repeated) ? {} : { journal: `another after ${engine.journal.length} records` }),
    };
    if (Object.keys(faults).length > 0) found[name] = faults;
  }
  return found;
}

const KEPT = '[P1, P2, P3, P4, P5, P7, P10, P11, P12, R14] with every policy, automatic entries and random decisions';

describe(`on recorded markets, ${KEPT}`, () => {
  it.skipIf(listed.length === 0)('are the 33 files of the manifest', () => {
    expect(listed).toHaveLength(33);
  });

  it.each(listed.map(({ file }) => file))('the promises are kept and two runs give the same journal: %s', (file) => {
    expect(broken([read(file)], RECORDED, walkInPieces)).toEqual({});
  });

  it.skipIf(listed.length === 0).each(TOGETHER)('the promises are kept and two runs give the same journal: %s', (_, files) => {
    const tapes = files.map(([file, symbol]) => read(file, symbol));
    expect(broken(tapes, RECORDED, walkInPieces)).toEqual({});
  });
});

describe(`on generated markets of every kind, ${KEPT}`, () => {
  const tapes = generatedTapes(MANNER.seed);
  const seen = new Set<string>();

  it.each(Object.keys(tapes) as (keyof typeof tapes)[])('the promises are kept, asleep and awake alike: %s', (name) => {
    expect(broken([tapes[name]], GENERATED, walkAwake, seen)).toEqual({});
  });

  it('the promises are kept and two runs give the same journal: four instruments on one clock', () => {
    const { daily: _, ...others } = tapes;
    expect(broken(Object.values(others), GENERATED, walkInPieces, seen)).toEqual({});
  });

  it('everything has happened that a user and the policies can make happen', () => {
    const wanted = [
      ...['early-exit', 'time-stop', 'session-flat', 'partial-exit', 'scale-in', 'tranche-entry', 'resize'].map(
        (rule) => `filled by ${rule}`,
      ),
      ...['stop-loss', 'take-profit', 'emergency-stop', 'entries', 'user'].map((cause) => `filled by ${cause}`),
      ...['breakeven', 'trailing-stop', 'volatility-tighten', 'age-tighten', 'scale-in', 'user'].map((rule) => `stop by ${rule}`),
      ...['entry filled after a gap', 'stop filled after a gap', 'exit of several tranches', 'SavingRecorded', 'leveraged order'],
      ...['a long of paper', 'a short of paper', 'rejected', 'vetoed', 'approved by auto', 'approved by user'],
      ...['ProposalSnoozed', 'ProposalExpired', 'ProposalSuperseded', 'ProposalFailed', 'OrderCanceled', 'PeakReset'],
      ...['HaltBegan by drawdown-halt', 'HaltEnded by drawdown-halt', 'refused DRAWDOWN'],
      ...['ENTRY_WINDOW', 'TRADES_PER_DAY', 'COOLDOWN', 'TRANCHES', 'AVERAGING_DOWN', 'OPEN_POSITIONS', 'POSITION_LIMIT'].map(
        (code) => `refused ${code}`,
      ),
    ];
    expect(wanted.filter((what) => !seen.has(what))).toEqual([]);
  });
});
