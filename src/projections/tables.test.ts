import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decimal, dec, ZERO } from '../domain/decimal.ts';
import type { Event } from '../domain/events.ts';
import { enters } from '../domain/order.ts';
import { runWith, worldOf } from '../engine/chance.ts';
import type { Engine } from '../engine/engine.ts';
import { automaticEntries, runTrial } from '../engine/trial.ts';
import { readCsv } from '../formats/csv.ts';
import { loadPreset } from '../policy/load.ts';
import { rules } from '../rules/index.ts';
import { EVENT_TYPES, eventTypeOf } from './event-types.ts';
import { POSITION_EVENT_COLUMNS, type PositionEventRow, PREDICTION_COLUMNS } from './table-rows.ts';
import { PositionEvents, positionEvents } from './tables.ts';
import { applied, bought, journalOf, opened, proposed, raised, reading, sold } from './testing.ts';

/** The rows of a journal that goes on from a position of 100 at 100. */
const rowsAfter = (...events: readonly Event[]): PositionEventRow[] =>
  positionEvents(journalOf(...opened, ...events), 's').slice(1);

const moveStop = { type: 'move-stop', price: '100', trailing: false } as const;
const trail = { type: 'move-stop', price: '100', trailing: true } as const;
/** A rule that moves the stop as soon as it wants to. */
const moving = (rule: string): Event[] => [...proposed(rule, moveStop), raised(rule, { proposalId: 'P1' }), applied];
/** A rule that closes the position. */
const closing = (rule: string): Event[] => [
  ...proposed(rule, { type: 'close' }),
  ...sold('close', rule, { proposalId: 'P1' }),
  applied,
];
const moved = {
  price: '101',
  profit_pct: '1',
  position_size: '100',
  action_taken: 'stop 98 → 100',
  amount_saved_or_gained: null,
};
const closed = {
  price: '101',
  profit_pct: '1',
  position_size: '0',
  action_taken: 'sell 100 @ 101',
  amount_saved_or_gained: '100',
};
const byHand = { indicators: null, price: null, profit_pct: null, position_size: '100' };

/** How each kind of row comes about, but for the entry. */
const KINDS: [Exclude<PositionEventRow['event_type'], 'entry'>, Event[], Partial<PositionEventRow>][] = [
  [
    'early_exit',
    [
      ...proposed('early-exit', { type: 'close' }),
      ...sold('close', 'early-exit', { price: '99', proposalId: 'P1' }),
      {
        type: 'SavingRecorded',
        positionId: 'TEST-1',
        rule: 'early-exit',
        stop: '98',
        atStop: '-200',
        actual: '-100',
        saved: '100',
        savedPercent: '50',
      },
      applied,
    ],
    { price: '99', profit_pct: '-1', position_size: '0', amount_saved_or_gained: '100', action_taken: 'sell 100 @ 99' },
  ],
  ['breakeven', moving('breakeven'), moved],
  [
    'partial_profit',
    [
      ...proposed('partial-exit', { type: 'reduce', quantity: '50', steps: [0] }),
      ...sold('reduce', 'partial-exit', { quantity: '50', fee: '0.5', proposalId: 'P1' }),
      applied,
    ],
    { position_size: '50', amount_saved_or_gained: '49.5', action_taken: 'sell 50 @ 101' },
  ],
  [
    'scale_in',
    [
      ...proposed('scale-in', { type: 'add', quantity: '50' }),
      ...bought('add', 'scale-in', { quantity: '50', price: '102', fee: '0.3', proposalId: 'P1' }, 'TEST-1.2'),
      applied,
    ],
    { price: '102', profit_pct: '2', position_size: '150', amount_saved_or_gained: '-0.3', action_taken: 'buy 50 @ 102' },
  ],
  [
    'trailing_stop',
    [
      ...proposed('trailing-stop', trail),
      { type: 'TrailingStarted', positionId: 'TEST-1', price: '101.5' },
      raised('trailing-stop', { proposalId: 'P1', alsoBy: ['breakeven'] }),
      applied,
    ],
    { price: '101.5', profit_pct: '1.5', action_taken: 'stop 98 → 100, and begins to trail (also breakeven)' },
  ],
  ['add', bought('add', 'entries', { quantity: '10', price: '90' }, 'TEST-1.2'), { profit_pct: '-10', position_size: '110' }],
  [
    'tranche_entry',
    [
      ...proposed('tranche-entry', { type: 'add', quantity: '10' }),
      ...bought('add', 'tranche-entry', { quantity: '10', proposalId: 'P1' }, 'TEST-1.2'),
      applied,
    ],
    { position_size: '110', profit_pct: '0' },
  ],
  [
    'stop_loss',
    sold('stop', 'stop-loss', { price: '97.5', evidence: [reading({ label: 'Price at the stop' })], gapped: true }),
    {
      action_taken: 'sell 100 @ 97.5 (gapped)',
      amount_saved_or_gained: '-250',
      trigger_reason: 'stop-loss: Price at the stop 1.02R ≥ 1R',
    },
  ],
  [
    'take_profit',
    sold('target', 'take-profit', { price: '104' }),
    { amount_saved_or_gained: '400', trigger_reason: 'take-profit' },
  ],
  ['liquidation', sold('liquidation', 'liquidation', { price: '50' }), { amount_saved_or_gained: '-5000' }],
  ['time_stop', closing('time-stop'), closed],
  ['session_flat', closing('session-flat'), closed],
  ['emergency', closing('emergency-stop'), closed],
  ['daily_loss', closing('daily-loss'), closed],
  ['drawdown', closing('drawdown-halt'), closed],
  ['profit_potential', closing('profit-potential'), closed],
  [
    'resize',
    [
      ...proposed('resize', { type: 'reduce', quantity: '25', steps: [] }),
      ...sold('reduce', 'resize', { quantity: '25', proposalId: 'P1' }),
      applied,
    ],
    { position_size: '75', amount_saved_or_gained: '25' },
  ],
  [
    'flip',
    [
      {
        type: 'OrderPlaced',
        order: {
          id: 'O7',
          positionId: 'TEST-1',
          account: 'paper',
          symbol: 'TEST',
          side: 'sell',
          kind: 'market',
          purpose: 'flip',
          quantity: '150',
          causedBy: 'user',
        },
      },
      ...sold('close', 'user', { orderId: 'O7' }),
    ],
    { ...closed, trigger_reason: 'user', indicators: null },
  ],
  ['technical_stop', moving('technical-stop'), moved],
  ['volatility_tighten', moving('volatility-tighten'), moved],
  ['age_tighten', moving('age-tighten'), moved],
  [
    'policy_target',
    [{ type: 'TargetSet', positionId: 'TEST-1', from: '104', to: null, causedBy: 'policy' }],
    { ...byHand, action_taken: 'target 104 → none' },
  ],
  [
    'user_reduce',
    sold('reduce', 'user', { quantity: '40' }),
    { position_size: '60', amount_saved_or_gained: '40', indicators: null },
  ],
  ['user_close', sold('close', 'user'), { ...closed, trigger_reason: 'user' }],
  [
    'user_stop',
    [
      { type: 'CommandReceived', command: { type: 'MoveStop', positionId: 'TEST-1', price: '100', loosen: false } },
      raised('user'),
    ],
    { ...byHand, action_taken: 'stop 98 → 100', trigger_reason: 'user' },
  ],
  [
    'user_loosen',
    [{ type: 'StopLoosened', positionId: 'TEST-1', from: '98', to: '97', causedBy: 'user', best: null, silenced: [] }],
    { ...byHand, action_taken: 'stop 98 → 97' },
  ],
  [
    'user_target',
    [
      { type: 'CommandReceived', command: { type: 'MoveTarget', positionId: 'TEST-1', price: '105' } },
      { type: 'TargetSet', positionId: 'TEST-1', from: null, to: '105', causedBy: 'user' },
    ],
    { ...byHand, action_taken: 'target none → 105' },
  ],
  ['other', sold('close', 'a-rule-to-come'), { ...closed, trigger_reason: 'a-rule-to-come' }],
];

describe('a row of position_events', () => {
  it.each(KINDS)('%s is made once, with what is known of it', (type, events, expected) => {
    expect(rowsAfter(...events)).toMatchObject([{ event_type: type, trade_id: 'TEST-1', created_at: null, ...expected }]);
  });

  it('entry is made with its position, its stop and target in it', () => {
    const target: Event = { type: 'TargetSet', positionId: 'TEST-1', from: null, to: '104', causedBy: 'user' };
    expect(positionEvents(journalOf(...opened, target), 'run 7')).toEqual([
      {
        id: 'run 7:3',
        trade_id: 'TEST-1',
        event_type: 'entry',
        event_time: Date.UTC(2019, 1, 15, 14, 30, 2),
        price: '100',
        profit_pct: null,
        position_size: '100',
        trigger_reason: 'user',
        ml_prediction: null,
        indicators: null,
        action_taken: 'buy 100 @ 100',
        amount_saved_or_gained: '0',
        created_at: null,
      },
    ]);
  });

  it('stop_after_add is a row of its own beside the add that it follows', () => {
    const add = bought('add', 'scale-in', { quantity: '50', price: '102', proposalId: 'P1' }, 'TEST-1.2');
    const rows = rowsAfter(
      ...proposed('scale-in', { type: 'add', quantity: '50' }),
      ...add,
      raised('scale-in', { proposalId: 'P1' }),
      applied,
    );
    expect(rows).toMatchObject([
      { event_type: 'scale_in', position_size: '150' },
      { event_type: 'stop_after_add', trigger_reason: 'scale-in', price: null, profit_pct: null, position_size: '150' },
    ]);
  });

  it('has a name for every rule, and every name is used', () => {
    expect(rules.map(({ id }) => eventTypeOf(id))).not.toContain('other');
    expect(EVENT_TYPES.toSorted()).toEqual([...KINDS.map(([type]) => type), 'entry', 'stop_after_add'].toSorted());
  });

  it.each(['__proto__', 'constructor', 'toString'])('takes a cause of the name %s for one that it does not know', (cause) => {
    expect(rowsAfter(...sold('close', cause))).toMatchObject([{ event_type: 'other', trigger_reason: cause }]);
  });

  it('says who approved, which criteria had passed, and how each of them stood', () => {
    const [row] = rowsAfter(...proposed('breakeven', moveStop, {}, 'user'), raised('breakeven', { proposalId: 'P1' }), applied);
    expect(row?.trigger_reason).toBe('breakeven: Open profit 1.02R ≥ 1R; approved by the user');
    expect(row?.indicators).toEqual({
      'Open profit': { value: '1.02R', comparison: '≥', threshold: '1R', verdict: 'pass' },
      RSI: { value: '48.2', comparison: '≥', threshold: '50', verdict: 'fail' },
    });
  });

  it('loses no criterion whose label comes twice, or is that of a prototype', () => {
    const criteria = [reading(), reading({ value: '2R' }), reading({ label: '__proto__' })];
    const [row] = rowsAfter(...proposed('breakeven', moveStop, { criteria }), raised('breakeven', { proposalId: 'P1' }));
    expect(Object.keys(row?.indicators ?? {})).toEqual(['Open profit', 'Open profit (2)', '__proto__']);
  });

  it('has the price of its proposal only where that was made at the same instant', () => {
    const [open, approve] = proposed('breakeven', moveStop, {}, 'user');
    if (!open || !approve) throw new Error('a proposal is opened and approved');
    const later = journalOf(...opened, open, [9, approve], [9, raised('breakeven', { proposalId: 'P1' })]);
    expect(positionEvents(later, 's').at(-1)).toMatchObject({ event_type: 'breakeven', price: null, profit_pct: null });
  });

  it('is made of a trail that begins without moving the stop', () => {
    const rows = rowsAfter(
      ...proposed('trailing-stop', trail),
      { type: 'TrailingStarted', positionId: 'TEST-1', price: '101.5' },
      applied,
    );
    expect(rows).toMatchObject([{ event_type: 'trailing_stop', price: '101.5', action_taken: 'the stop begins to trail' }]);
  });

  it('of an early exit has what was realised where no saving is recorded', () => {
    const exit = sold('close', 'early-exit', { price: '99', fee: '1', proposalId: 'P1' });
    expect(rowsAfter(...proposed('early-exit', { type: 'close' }), ...exit, applied)).toMatchObject([
      { event_type: 'early_exit', amount_saved_or_gained: '-101' },
    ]);
  });

  it('of a fill that the journal ends within is there, its amount unknown or, of an early exit, what was realised', () => {
    const [fill, reduced] = sold('close', 'early-exit', { proposalId: 'P1' });
    if (!fill || !reduced) throw new Error('a fill and its shares');
    expect(rowsAfter(fill)).toMatchObject([{ position_size: '0', amount_saved_or_gained: null }]);
    expect(rowsAfter(fill, reduced)).toMatchObject([{ position_size: '0', amount_saved_or_gained: '100' }]);
  });

  it('carries the wall time of its record where there is one', () => {
    const fold = new PositionEvents('s');
    const rows = journalOf(...opened).flatMap((record) => fold.apply(record, 1_000 + record.seq) ?? []);
    expect(rows).toMatchObject([{ event_type: 'entry', created_at: 1_003 }]);
  });

  it('counts the profit of a short the other way, and in money whatever a point is worth', () => {
    const [first, position, ...rest] = opened;
    if (first?.type !== 'SessionStarted' || position?.type !== 'PositionOpened') throw new Error('a position is opened');
    const tapes = first.tapes.map(({ instrument, ...tape }) =>
      Object.assign(tape, { instrument: { ...instrument, multiplier: '50' } }),
    );
    const costs = rest.map((event) => (event.type === 'TrancheOpened' ? Object.assign({}, event, { cost: '500000' }) : event));
    const journal = journalOf(
      { ...first, tapes },
      { ...position, side: 'short' },
      ...costs,
      ...sold('stop', 'stop-loss', { price: '103' }),
    );
    expect(positionEvents(journal, 's').at(-1)?.profit_pct).toBe('-3');
  });

  it('is refused of a position that nothing has opened', () => {
    expect(() => positionEvents(journalOf(...sold('close', 'user')), 's')).toThrow('TEST-1, which does not exist');
  });

  it("has S0's columns in S0's order, as the table of predictions has", () => {
    expect(Object.keys(positionEvents(journalOf(...opened), 's')[0] ?? {})).toEqual([...POSITION_EVENT_COLUMNS]);
    expect(PREDICTION_COLUMNS.join()).toBe(
      'id,trade_id,prediction_time,recovery_probability,profit_potential,optimal_stop_distance,scale_in_confidence,recommended_action,actual_action,prediction_accuracy,created_at',
    );
  });
});

/** What is wrong with the rows of a run; nothing where all is right. */
function faultsOf({ journal, state }: Engine): string[] {
  const rows = positionEvents(journal, 's');
  const faults: string[] = [];
  const wants = (holds: boolean, what: string): void => void (holds || faults.push(what));
  const bySeq = new Map(rows.map((row) => [row.id, row]));
  wants(bySeq.size === rows.length, 'an id comes twice');
  const size = new Map<string, Decimal>();
  const gained = new Map<string, Decimal>();
  let fills = 0;
  let moves = 0;
  for (const [index, { seq, ts, event }] of journal.entries()) {
    const row = bySeq.get(`s:${seq}`);
    if (event.type === 'StopRaised' || event.type === 'StopLoosened') {
      moves += 1;
      wants(row?.trade_id === event.positionId && row.action_taken.startsWith(`stop ${event.from} → ${event.to}`), `move ${seq}`);
      wants(row?.position_size === (size.get(event.positionId) ?? ZERO).toFixed(), `size at ${seq}`);
    }
    if (event.type !== 'OrderFilled') continue;
    fills += 1;
    const before = size.get(event.positionId) ?? ZERO;
    const after = enters(event.purpose) ? before.plus(event.quantity) : before.minus(event.quantity);
    size.set(event.positionId, after);
    const next = journal[index + 1]?.event;
    const own =
      next?.type === 'TranchesReduced'
        ? next.exits.reduce((sum, exit) => sum.plus(exit.realizedPnl).minus(exit.fee), ZERO)
        : dec(event.fee).negated();
    gained.set(event.positionId, (gained.get(event.positionId) ?? ZERO).plus(own));
    const saving = journal
      .slice(index, index + 200)
      .find((later) => later.event.type === 'SavingRecorded' && later.event.positionId === event.positionId && later.ts === ts);
    const saved = event.causedBy === 'early-exit' && saving?.event.type === 'SavingRecorded' ? saving.event.saved : own.toFixed();
    wants(row?.trade_id === event.positionId && row.price === event.price && row.event_time === ts, `fill ${seq}`);
    wants(row?.position_size === after.toFixed(), `size after ${seq}: ${row?.position_size} for ${after.toFixed()}`);
    wants(row?.amount_saved_or_gained === saved, `amount of ${seq}: ${row?.amount_saved_or_gained} for ${saved}`);
    wants((row?.profit_pct === null) === before.isZero(), `profit of ${seq}`);
  }
  for (const { id, status, realizedPnl } of state.positions.values()) {
    if (status === 'CLOSED') wants((size.get(id) ?? ZERO).isZero(), `${id} is closed and not empty`);
    const own = rows.filter(({ trade_id, event_type }) => trade_id === id && event_type !== 'early_exit');
    const early = rows.filter(({ trade_id, event_type }) => trade_id === id && event_type === 'early_exit');
    const sum = own.reduce((total, { amount_saved_or_gained }) => total.plus(amount_saved_or_gained ?? 0), ZERO);
    wants((gained.get(id) ?? ZERO).equals(realizedPnl), `${id}: fills gained ${gained.get(id)?.toFixed()}`);
    if (early.length === 0) wants(sum.equals(realizedPnl), `${id}: ${sum.toFixed()} for ${realizedPnl.toFixed()}`);
  }
  const others = new Set<PositionEventRow['event_type']>(['trailing_stop', 'user_target', 'policy_target']);
  const rest = rows.filter(({ action_taken }) => !/^(?:buy|sell|stop) /.test(action_taken));
  wants(
    rest.every(({ event_type }) => others.has(event_type)),
    'a row that is neither fill nor move',
  );
  wants(rows.length === fills + moves + rest.length, `${rows.length} rows of ${fills} fills and ${moves} moves`);
  return faults;
}

describe('every fill and every move is one row, sizes end at nothing, and amounts sum to the net profit, exactly', () => {
  // these halt, wait for a model, or need a policy that no longer takes profit
  const idle = new Set<string>(['drawdown', 'profit_potential', 'policy_target', 'other']);

  it('over random runs, in which everything happens', () => {
    const seen = new Set<string>();
    const property = fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), (seed) => {
      const engine = runWith(worldOf(seed), seed);
      for (const { event_type } of positionEvents(engine.journal, 's')) seen.add(event_type);
      expect(faultsOf(engine)).toEqual([]);
    });
    fc.assert(property, { numRuns: 300, seed: 20_190_215 });
    expect(EVENT_TYPES.filter((type) => !seen.has(type) && !idle.has(type))).toEqual([]);
  });

  const file = new URL('../../../shared/data/eq_TSLA_1m_2019-02-11_2019-02-15.csv.gz', import.meta.url);
  it.skipIf(!existsSync(file)).each(['intraday', 'active'])('over a recorded week of TSLA under %s', (policy) => {
    const { tape: read } = readCsv(new Uint8Array(gunzipSync(readFileSync(file))), 'eq_TSLA_1m.csv', {});
    const tape = { ...read, digest: '0'.repeat(64) };
    const setup = {
      tapes: [tape],
      policy: loadPreset(policy),
      barPath: 'adverse-first',
      entries: automaticEntries([tape], 20),
    } as const;
    const engine = runTrial(setup, { seed: 7, looks: 20 });
    expect(faultsOf(engine)).toEqual([]);
    expect(positionEvents(engine.journal, 's').length).toBeGreaterThan(20);
  });
});
