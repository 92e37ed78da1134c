import { describe, expect, it } from 'vitest';
import { FormatError } from './error.ts';
import { readDecisions } from './journal.ts';

const started =
  '{"seq":1,"tape":{"row":0,"point":0},"ts":5,"event":{"type":"SessionStarted","tapes":[{"digest":"abc"},{"digest":"def"}],"policy":{"name":"mine"}}}';
const approve =
  '{"seq":2,"tape":{"row":7,"point":3},"ts":9,"event":{"type":"CommandReceived","command":{"type":"ApproveProposal","proposalId":"P1"}}}';

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
