import { describe, expect, it } from 'vitest';
import { runWith, worldOf } from '../engine/chance.ts';
import { Engine } from '../engine/engine.ts';
import { end, entryOf, policyWith, STOCK, tradesTape } from '../engine/testing.ts';
import { caseOfJournal } from './journal-case.ts';
import { worth } from './worth.ts';

const silent = (): void => undefined;
const HALF = { autonomy: { 'partial-exit': 'approve' }, rules: { 'partial-exit': { enabled: true } } };
const tape = tradesTape([100, 100, 101.6, 101.6, 103, 103, 102]);

/** A partial exit that was approved; the position is still held at the end of the tape. */
function run(rows: number): Engine {
  const engine = new Engine({ tapes: [tape], policy: policyWith(HALF), barPath: 'ohlc' });
  engine.run(1);
  engine.command(entryOf());
  engine.run(3);
  engine.command({ type: 'ApproveProposal', proposalId: 'P1' });
  engine.run(rows);
  return engine;
}

describe('a session of which there is a journal and its tapes', () => {
  it('is worth what it was, entries of a file included', () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const { policy, entries = [], ...world } = worldOf(seed);
      for (const [at, one] of world.tapes.entries()) one.digest = String(at).repeat(64);
      const engine = end(runWith({ ...world, policy, entries }, seed));
      const one = { name: 'it', ...world, policy: policy.source, entries, decisions: engine.allDecisions, place: null };
      const read = caseOfJournal('journal.jsonl', structuredClone(engine.journal), world.tapes.toReversed());
      expect(worth(read, silent), `seed ${seed}`).toEqual(worth(one, silent));
    }
  });

  it('stands at the end of its tapes, or at the last record where the journal ends before', () => {
    expect(caseOfJournal('it', run(7).journal, [tape]).place).toBe(null);
    const cut = run(7).journal.slice(0, -1);
    expect(caseOfJournal('it', cut, [tape]).place).toEqual(cut.at(-1)?.tape);
  });

  it('is refused where the tape is another, one is too many, or the engine makes another journal of them', () => {
    const { journal } = run(7);
    const other = { ...tape, digest: 'f'.repeat(64) };
    expect(() => caseOfJournal('it', journal, [other])).toThrow(
      'it: made on the tape 000000000000 of TEST; expected it, found ffffffffffff of TEST',
    );
    expect(() => caseOfJournal('it', journal, [])).toThrow('found none');
    expect(() => caseOfJournal('it', journal, [tape, { ...other, instrument: { ...STOCK, symbol: 'ALSO' } }])).toThrow(
      'it: not made on the tape ffffffffffff of ALSO; expected only its own',
    );
    const changed = journal.map((record) => (record.seq === 3 ? { ...record, ts: record.ts + 1 } : record));
    expect(() => caseOfJournal('it', changed, [tape])).toThrow('it: record 3 is another than this engine makes');
    expect(() => caseOfJournal('it', journal.slice(1), [tape])).toThrow(
      'it: begins with CommandReceived; expected SessionStarted',
    );
  });
});
