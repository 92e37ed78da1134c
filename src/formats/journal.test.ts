import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalRecord } from '../domain/events.ts';
import { runWith, worldOf } from '../engine/chance.ts';
import { end, holding, textOf } from '../engine/testing.ts';
import { FormatError } from './error.ts';
import { commandsIn, readDecisions, readJournal } from './journal.ts';

const started =
  '{"seq":1,"tape":{"row":0,"point":0},"ts":5,"event":{"type":"SessionStarted","tapes":[{"digest":"abc"},{"digest":"def"}],"policy":{"name":"mine"}}}';
const approve =
  '{"seq":2,"tape":{"row":7,"point":3},"ts":9,"event":{"type":"CommandReceived","command":{"type":"ApproveProposal","proposalId":"P1"}}}';

describe('commands in the lines of a whole journal', () => {
  const named = '{"seq":2,"tape":{"row":7,"point":3},"ts":9,"event":{"type":"RuleBlocked","reason":"\\"CommandReceived\\""}}';

  it('are those that are read from its text', () => {
    expect(commandsIn([started, approve], 'j.jsonl')).toEqual(readDecisions(`${started}\n${approve}\n`, 'j.jsonl').decisions);
    expect(commandsIn([started], 'j.jsonl')).toEqual([]);
  });

  it('are not records that only speak of one', () => {
    expect(commandsIn([started, named], 'j.jsonl')).toEqual([]);
  });

  it('are refused with their line where they are not whole or stand in another place', () => {
    expect(() => commandsIn([started, approve.replace('"tape"', '"tapo"')], 'j.jsonl')).toThrow(/line 2/);
    expect(() => commandsIn([started, named, approve], 'j.jsonl')).toThrow('expected 3');
  });
});

describe('decisions of a journal', () => {
  it('reads commands with their places, and the tape and policy they were made with', () => {
    expect(readDecisions(`${started}\n${approve}\n`, 'j.jsonl')).toEqual({
      digests: ['abc', 'def'],
      policy: { name: 'mine' },
      decisions: [{ at: { row: 7, point: 3 }, command: { type: 'ApproveProposal', proposalId: 'P1' } }],
    });
  });

  it('reads a policy that was set as it was written, its lists lists', () => {
    const policy = { name: 'mine', rules: { 'partial-exit': { steps: [{ at: '1R' }, { at: '2R' }] } } };
    const set = approve.replace('{"type":"ApproveProposal","proposalId":"P1"}', JSON.stringify({ type: 'SetPolicy', policy }));
    expect(readDecisions(`${started}\n${set}\n`, 'j.jsonl').decisions).toMatchObject([
      { command: { type: 'SetPolicy', policy } },
    ]);
  });

  it.each([
    { type: 'SetPolicy', policy: null },
    { type: 'SetPolicy', policy: 'mine' },
    { type: 'ResetPeak', reason: 'a new month' },
    { type: 'ResetPeak', account: 'paper', reason: '' },
    { type: 'SnoozeProposal', proposalId: 'P1', forMs: 60_000 },
    { type: 'MoveTarget', positionId: 'A-1', price: null },
    { type: 'SetAutonomy', kind: 'resize-up', autonomy: { mode: 'auto-after', seconds: 5 } },
  ])('reads %j, whatever the engine makes of it', (command) => {
    const record = approve.replace('{"type":"ApproveProposal","proposalId":"P1"}', JSON.stringify(command));
    expect(readDecisions(`${started}\n${record}\n`, 'j.jsonl').decisions).toEqual([{ at: { row: 7, point: 3 }, command }]);
  });

  it('takes places many steps into a row: of several tapes on one clock a row is not over when the next begins', () => {
    const far = approve.replace('"point":3', '"point":17');
    expect(readDecisions(`${started}\n${far}\n`, 'j.jsonl').decisions[0]?.at).toEqual({ row: 7, point: 17 });
  });

  it.each([
    [`${started}\nnonsense\n`, 'j.jsonl, line 2: not a JSON record'],
    [`${started}\n${approve.replace('"seq":2', '"seq":3')}\n`, 'record 3: expected 2'],
    [`${started}\n${approve.replace('"ApproveProposal"', '"Approve"')}\n`, 'line 2'],
    [`${started}\n${approve.replace('"proposalId":"P1"', '"proposalId":1')}\n`, 'proposalId'],
    ['{"a":1}\n', 'a record without seq or event'],
  ])('names the line that cannot be read', (journal, message) => {
    expect(() => readDecisions(journal, 'j.jsonl')).toThrow(FormatError);
    expect(() => readDecisions(journal, 'j.jsonl')).toThrow(message);
  });
});

describe('the records of a journal', () => {
  const text = `${textOf(end(holding([100.5, 101, 98])))}\n`;
  const lines = text.trimEnd().split('\n');
  const count = lines.length;
  /** The journal with one line in the place of another. */
  const replaced = (number: number, line: string): string => lines.with(number - 1, line).join('\n');
  const refusal = (journal: string): string => {
    try {
      readJournal(journal, 'j.jsonl');
    } catch (error) {
      if (error instanceof FormatError) return error.message;
      throw error;
    }
    throw new Error('expected a refusal');
  };
  const filled = lines.findIndex((line) => line.includes('"OrderFilled"')) + 1;
  const changed = (from: string, to: string): string => replaced(filled, (lines[filled - 1] ?? '').replace(from, to));

  it('are those that were written, whole', () => {
    const { records, cut } = readJournal(text, 'j.jsonl');
    expect(records.map((record) => JSON.stringify(record))).toEqual(lines);
    expect(cut).toBeUndefined();
  });

  it('are read with any line ends, and without one after the last', () => {
    expect(readJournal(text.replaceAll('\n', '\r\n'), 'j.jsonl').records).toHaveLength(count);
    expect(readJournal(text.trimEnd(), 'j.jsonl')).toMatchObject({ cut: undefined, records: { length: count } });
  });

  it('[F15] end before a last line that was torn while it was written, and that is said', () => {
    const last = lines.at(-1) ?? '';
    for (let kept = 1; kept < last.length; kept += 1) {
      const { records, cut } = readJournal(replaced(count, last.slice(0, kept)), 'j.jsonl');
      expect(records).toHaveLength(count - 1);
      expect(cut).toBe(`j.jsonl, line ${count}: cut off after ${kept} characters and left out; ${count - 1} records are whole`);
    }
  });

  it('[F15] are refused where a line is torn that is not the last, or the last with its end', () => {
    expect(refusal(replaced(3, (lines[2] ?? '').slice(0, 20)))).toContain('j.jsonl, line 3: not a JSON record');
    expect(refusal(`${replaced(count, '{"seq":')}\n`)).toContain(`j.jsonl, line ${count}: not a JSON record`);
  });

  it('[F15] are refused where two have changed places, one is missing, comes twice, or the first is not the session', () => {
    const [first = '', second = '', third = ''] = lines;
    expect(refusal([first, third, second].join('\n'))).toBe(
      'j.jsonl, line 2: record 3: expected 2, a record is missing or out of order',
    );
    expect(refusal([first, third].join('\n'))).toContain('line 2: record 3: expected 2');
    expect(refusal([first, first].join('\n'))).toContain('line 2: record 1: expected 2');
    expect(refusal(second.replace('"seq":2', '"seq":1'))).toBe(
      'j.jsonl, line 1: begins with CommandReceived; expected SessionStarted first',
    );
    expect(refusal('\n')).toBe('j.jsonl, line 1: no record; expected SessionStarted first');
  });

  it('[F17] are refused where a newer version has written one, naming its event', () => {
    expect(refusal(changed('"OrderFilled"', '"OrderTeleported"'))).toMatch(
      new RegExp(`^j.jsonl, line ${filled}: event "OrderTeleported" is not known here; expected SessionStarted, .*newer version`),
    );
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('take %s for no event', (name) => {
    expect(refusal(changed('"OrderFilled"', `"${name}"`))).toContain(`event "${name}" is not known here`);
  });

  it('keep a field that names a prototype to themselves', () => {
    const { records } = readJournal(changed('"causedBy":"user"', '"causedBy":"user","__proto__":{"gapped":"x"}'), 'j.jsonl');
    expect(records[filled - 1]?.event).toMatchObject({ type: 'OrderFilled', gapped: false });
    expect(({} as { gapped?: unknown }).gapped).toBeUndefined();
  });

  it.each([
    ['"quantity":"100"', '"quantity":"1e2"', 'event.quantity: expected a decimal above 0'],
    ['"quantity":"100"', '"quantity":100', 'event.quantity'],
    ['"price":"100"', '"price":"=1+1"', 'event.price: expected decimal text'],
    ['"side":"buy"', '"side":"up"', 'event.side'],
    ['"ts":', '"when":', 'ts: '],
    ['"ts":1', '"ts":1e300,"x":1', 'ts: '],
    ['"row":', '"row":-', 'tape.row'],
  ])('are refused where %s has become %s, naming the field', (from, to, message) => {
    expect(refusal(changed(from, to))).toContain(`j.jsonl, line ${filled}: `);
    expect(refusal(changed(from, to))).toContain(message);
  });

  /** A random run's journal. */
  const recordsOf = (seed: number): readonly JournalRecord[] => runWith(worldOf(seed), seed).journal;
  const seeds = fc.integer({ min: 1, max: 1_000_000_000 });

  it('are read of any run, as it stands', () => {
    const property = fc.property(seeds, (seed) => {
      const journal = recordsOf(seed);
      expect(readJournal(journal.map((record) => `${JSON.stringify(record)}\n`).join(''), 'j.jsonl').records).toEqual(
        JSON.parse(JSON.stringify(journal)),
      );
    });
    fc.assert(property, { numRuns: 60, seed: 20_190_217 });
  });

  /** Fields that an event may go without. */
  const OPTIONAL = new Set(['proposalId', 'evidence', 'ambiguous', 'strength', 'orderId', 'positionId', 'quantity', 'policy']);

  it('are refused of any run from which any other field has been taken', () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 30; seed += 1) {
      const journal = recordsOf(seed);
      for (const { seq, event } of journal)
        for (const key of Object.keys(event)) {
          const what = `${event.type}.${key}`;
          if (seen.has(what) || key === 'type' || OPTIONAL.has(key)) continue;
          seen.add(what);
          const less = Object.fromEntries(Object.entries(event).filter(([name]) => name !== key));
          const lines = journal
            .slice(0, seq)
            .map((record) => JSON.stringify(record.seq === seq ? { ...record, event: less } : record));
          expect(`${what}: ${refusal(lines.join('\n'))}`).toContain(`${what}: j.jsonl, line ${seq}: event.${key}`);
        }
    }
    expect(seen.size).toBeGreaterThan(100);
  });
});
