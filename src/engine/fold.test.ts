import { describe, expect, it } from 'vitest';
import type { JournalRecord } from '../domain/events.ts';
import { PolicyError } from '../policy/load.ts';
import { foldJournal } from './fold.ts';
import { end, foldDifference, holding } from './testing.ts';

const engine = end(holding([100.5, 101, 98]));
const records = engine.journal;

describe('a state from its journal alone', () => {
  it('is the live one, with the closed position and its money', () => {
    expect(foldDifference(engine)).toBeUndefined();
    const state = foldJournal(records);
    expect(state.positions.get('TEST-1')?.status).toBe('CLOSED');
    expect(state.accounts.get('paper')?.cash.toFixed()).toBe('99999800');
  });

  it('is the state of that time where the journal ends earlier', () => {
    const filled = records.findIndex(({ event }) => event.type === 'StopSet') + 1;
    expect(foldJournal(records.slice(0, filled)).positions.get('TEST-1')?.quantity.toFixed()).toBe('100');
  });

  it.each<[string, readonly JournalRecord[], string]>([
    ['does not begin with its session', records.slice(1), 'record 1 is CommandReceived: expected SessionStarted'],
    ['is empty', [], 'record 1 is missing'],
    [
      'holds two sessions',
      [...records, ...records.slice(0, 1).map(({ tape, ts, event }) => ({ seq: 99, tape, ts, event }))],
      'record 99: a second',
    ],
    [
      'lacks a record',
      records.filter(({ event }) => event.type !== 'PositionOpened'),
      'record 5, PositionStatusChanged: the journal names position TEST-1, which does not exist',
    ],
  ])('is refused where the journal %s, naming the record', (_, cut, message) => {
    expect(() => foldJournal(cut)).toThrow(message);
  });

  it('is refused where its policy cannot be read, naming the key', () => {
    const [first, ...rest] = records;
    if (first?.event.type !== 'SessionStarted') throw new Error('a journal begins with its session');
    const broken = { ...first, event: { ...first.event, policy: { name: 'x', interval: '1R' } } };
    expect(() => foldJournal([broken, ...rest])).toThrow(PolicyError);
  });
});
