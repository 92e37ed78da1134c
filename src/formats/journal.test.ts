import { describe, expect, it } from 'vitest';
import { FormatError } from './error.ts';
import { readDecisions } from './journal.ts';

const started =
  '{"seq":1,"tape":{"row":0,"point":0},"ts":5,"event":{"type":"SessionStarted","tape":{"digest":"abc"},"policy":{"name":"mine"}}}';
const approve =
  '{"seq":2,"tape":{"row":7,"point":3},"ts":9,"event":{"type":"CommandReceived","command":{"type":"ApproveProposal","proposalId":"P1"}}}';

describe('decisions of a journal', () => {
  it('reads commands with their places, and the tape and policy they were made with', () => {
    expect(readDecisions(`${started}\n${approve}\n`, 'j.jsonl')).toEqual({
      digest: 'abc',
      policy: { name: 'mine' },
      decisions: [{ at: { row: 7, point: 3 }, command: { type: 'ApproveProposal', proposalId: 'P1' } }],
    });
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
