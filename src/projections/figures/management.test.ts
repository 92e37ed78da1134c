import { describe, expect, it } from 'vitest';
import type { Event } from '../../domain/events.ts';
import type { DecisionWorth } from '../performance-views.ts';
import { bought, journalOf, opened, proposed, raised, sold } from '../testing.ts';
import { evidenceOf, recordOf } from './from-journal.ts';
import { readingsOf } from './index.ts';

/** The end of TEST-1. */
const closed = (over: Partial<Extract<Event, { type: 'PositionClosed' }>> = {}): Event => ({
  type: 'PositionClosed',
  positionId: 'TEST-1',
  symbol: 'TEST',
  side: 'long',
  causedBy: 'stop-loss',
  realizedPnl: '-200',
  fees: '0',
  averageEntry: '100',
  averageExit: '98',
  peakQuantity: '100',
  profitR: '-1',
  mae: '-2',
  mfe: '0',
  heldMs: 4_000,
  ...over,
});

const valuesOf = (...events: readonly Event[]): Record<string, string> =>
  Object.fromEntries(
    readingsOf(evidenceOf(recordOf(journalOf(...opened, ...events)), {})).map((reading) => [
      reading.figure.id,
      reading.value === null ? reading.why : reading.value.toFixed(),
    ]),
  );

describe('losses', () => {
  it('[R3] S0: entry 100, stop 98 and out at 99 save half of what the stop would have lost', () => {
    const saving: Event = {
      type: 'SavingRecorded',
      positionId: 'TEST-1',
      rule: 'early-exit',
      stop: '98',
      atStop: '-200',
      actual: '-100',
      saved: '100',
      savedPercent: '50',
    };
    const out = sold('close', 'early-exit', { price: '99' });
    const end = closed({ causedBy: 'early-exit', realizedPnl: '-100', profitR: '-0.5' });
    expect(valuesOf(...out, saving, end)).toMatchObject({
      'early-exits': '1',
      'early-exit-saved': '100',
      'early-exit-savings': '0.5',
      'stop-out-rate': '0',
      'average-loss': '100',
      'r-mean': '-0.5',
    });
  });

  it('a stop at a loss is a stop-out, and one that was raised into profit is none', () => {
    expect(valuesOf(...sold('stop', 'stop-loss', { price: '98' }), closed())).toMatchObject({ 'stop-out-rate': '1' });
    const won = closed({ realizedPnl: '50', profitR: '0.25' });
    expect(valuesOf(raised('breakeven'), ...sold('stop', 'stop-loss', { price: '100.5' }), won)).toMatchObject({
      'stop-out-rate': '0',
    });
  });
});

describe('profits', () => {
  it('from a best of +4 and out at +1, three quarters are given back', () => {
    const end = closed({ realizedPnl: '100', averageExit: '101', mfe: '4', profitR: '0.5' });
    expect(valuesOf(...sold('close', 'user'), end)).toMatchObject({
      'give-back-rate': '0.75',
      'mfe-mean': '2',
      'mae-mean': '-1',
      'trailing-captured': 'no trailing stop came on',
    });
  });

  it('no more than all of a profit is given back, however much is lost', () => {
    const end = closed({ mfe: '0.5' });
    expect(valuesOf(...sold('stop', 'stop-loss', { price: '98' }), end)).toMatchObject({ 'give-back-rate': '1' });
  });

  it('a trail that comes on at 104 and ends at 105 gains 1 a unit on what it still held, and keeps 5 of 6', () => {
    const half = sold('reduce', 'partial-exit', { quantity: '50', price: '103' });
    const rest = sold('stop', 'stop-loss', { quantity: '50', price: '105', orderId: 'O3' });
    const on: Event = { type: 'TrailingStarted', positionId: 'TEST-1', price: '104' };
    const end = closed({ realizedPnl: '400', averageExit: '104', mfe: '6', profitR: '2' });
    expect(valuesOf(...half, on, ...rest, end)).toMatchObject({
      trails: '1',
      'trailing-gain': '50',
      // of 6 at best, 4 on average
      'trailing-captured': '0.666666666666666666666666666666666666666666666666666666666667',
    });
  });
});

describe('scale-ins', () => {
  it('S0: 50 added at 102 and sold at 105 made 150, whatever the first 100 made', () => {
    const add = bought('add', 'scale-in', { orderId: 'O5', quantity: '50', price: '102' }, 'TEST-1.2');
    const out: Event = {
      type: 'TranchesReduced',
      positionId: 'TEST-1',
      orderId: 'O6',
      price: '105',
      value: '15750',
      exits: [
        { trancheId: 'TEST-1.1', quantity: '100', realizedPnl: '500', cost: '10000', fee: '0' },
        { trancheId: 'TEST-1.2', quantity: '50', realizedPnl: '150', cost: '5100', fee: '0' },
      ],
    };
    const [fill] = sold('close', 'user', { quantity: '150', price: '105', orderId: 'O6' });
    const end = closed({ realizedPnl: '650', averageExit: '105', mfe: '5', profitR: '3.25' });
    expect(valuesOf(...add, fill as Event, out, end)).toMatchObject({
      'scale-ins': '1',
      'scale-in-success': '1',
      'scale-in-profit': '150',
    });
  });

  it('what the user adds is none', () => {
    const add = bought('add', 'user', { orderId: 'O5', quantity: '50', price: '102' }, 'TEST-1.2');
    expect(valuesOf(...add)).toMatchObject({ 'scale-in-success': 'nothing was added by rule scale-in' });
  });
});

describe('sizing', () => {
  it('a stop that was jumped over loses more than was planned', () => {
    const end = closed({ realizedPnl: '-250', averageExit: '97.5', profitR: '-1.25' });
    const out = sold('stop', 'stop-loss', { price: '97.5', gapped: true });
    expect(valuesOf(...out, end)).toMatchObject({ 'planned-risk': '200', 'sizing-accuracy': '1.25' });
  });

  it('says nothing of a position whose stop was moved', () => {
    expect(
      valuesOf(raised('breakeven'), ...sold('stop', 'stop-loss', { price: '100' }), closed({ realizedPnl: '0' })),
    ).toMatchObject({ 'sizing-accuracy': expect.stringContaining('no positions closed whole by their first stop') });
  });
});

describe('approvals', () => {
  const other = { id: 'P2' };
  const close = { type: 'close' } as const;

  it('are counted by what became of them, with the time that the user took', () => {
    const user = proposed('take-profit', close, {}, 'user');
    const [second] = proposed('time-stop', close, other);
    const rejected: Event = { type: 'ProposalRejected', proposalId: 'P2', vetoed: false };
    // each event comes a second after the one before it
    expect(valuesOf(...user, second as Event, rejected)).toMatchObject({
      proposals: '2',
      approved: '1',
      rejected: '1',
      auto: '0',
      'approval-rate': '0.5',
      'decision-delay': '1000',
    });
  });

  it('that came by themselves are no approvals', () => {
    expect(valuesOf(...proposed('breakeven', close))).toMatchObject({
      approved: '0',
      auto: '1',
      'approval-rate': 'no proposal waited for the user',
      'decision-delay': 'the user decided on no proposal',
    });
  });
});

describe('what decisions were worth', () => {
  const record = recordOf(journalOf(...opened));
  const one = (part: Partial<DecisionWorth>): DecisionWorth => ({
    proposalId: 'P1',
    positionId: 'TEST-1',
    symbol: 'TEST',
    rule: 'scale-in',
    openedSeq: 1,
    endedSeq: 2,
    openedTs: 0,
    endedTs: 0,
    outcome: 'approved',
    action: 'scale in 50 at 101.20',
    actual: '0',
    otherwise: '0',
    worth: null,
    worthR: null,
    delayCost: null,
    delayMs: 0,
    why: '',
    ...part,
  });
  const shown = (worth: readonly DecisionWorth[] | undefined, symbol?: string): Record<string, string> => {
    const evidence = evidenceOf(record, symbol === undefined ? {} : { symbol }, {
      correlation: () => null,
      ...(worth ? { worth } : {}),
    });
    return Object.fromEntries(
      readingsOf(evidence).map((reading) => [reading.figure.id, reading.value === null ? reading.why : reading.value.toFixed()]),
    );
  };
  const decisions = [
    one({ worth: '40', delayCost: '-5' }),
    one({ worth: '-10' }),
    one({ outcome: 'rejected', worth: '7' }),
    one({ outcome: 'vetoed', worth: '-2' }),
    one({ outcome: 'expired', why: 'it was never possible' }),
  ];

  it('is summed by what became of them, and what nobody knows does not count', () => {
    expect(shown(decisions)).toMatchObject({
      'value-taken': '30',
      'value-auto': 'nothing applied by itself whose other way is known',
      'value-rejected': '5',
      'value-expired': 'nothing expired whose other way is known',
      'delay-value': '-5',
    });
  });

  it('is not known from a journal alone, and only of the positions that are looked at', () => {
    expect(shown(undefined)['value-taken']).toContain('it takes the tape');
    expect(shown(decisions, 'TEST')['value-taken']).toBe('nothing was taken whose other way is known');
  });
});

describe('what is open', () => {
  it('one instrument is not diversified at all', () => {
    expect(valuesOf()).toMatchObject({
      'open-positions': '1',
      diversification: '0',
      'largest-share': '1',
      correlation: 'one instrument is open; a correlation takes two',
    });
  });

  const second: Event[] = [
    { type: 'PositionOpened', positionId: 'B-1', account: 'paper', symbol: 'B', side: 'short', leverage: '1' },
    ...bought('entry', 'user', { positionId: 'B-1', quantity: '300', price: '100' }, 'B-1.1'),
  ];

  it('two instruments of 10 000 and 30 000 have shares of a quarter and three: 1 − 1/16 − 9/16', () => {
    expect(valuesOf(...second)).toMatchObject({
      diversification: '0.375',
      'largest-share': '0.75',
      correlation: 'the journal does not hold the market: it takes the tape',
    });
  });

  it('a long and a short of two that move together offset each other', () => {
    const record = recordOf(journalOf(...opened, ...second));
    const evidence = evidenceOf(record, {}, { correlation: () => 0.8 });
    expect(
      readingsOf(evidence)
        .find(({ figure }) => figure.id === 'correlation')
        ?.value?.toNumber(),
    ).toBe(-0.8);
  });
});
