import { describe, expect, it } from 'vitest';
import {
  decisionsText,
  entriesJson,
  type PlacedCommand,
  readDecisionsText,
  readEntriesJson,
  type TimedEntry,
} from './decisions.ts';

const decisions: PlacedCommand[] = [
  { at: { row: 3, point: 1 }, command: { type: 'ApproveProposal', proposalId: 'p1', quantity: '2' } },
  { at: { row: 3, point: 1 }, command: { type: 'StopAll' } },
  { at: { row: 7, point: 0 }, command: { type: 'SetPolicy', policy: { name: 'mine', rules: { b: 1, a: 2 } } } },
];
const entries: TimedEntry[] = [1, 2].map((ts) => ({
  ts,
  command: { type: 'PlaceEntry', symbol: 'X', side: 'long', kind: 'market', stop: '9', source: 'entries' },
}));

describe('decisions', () => {
  it('come back as they were, one a line', () => {
    const text = decisionsText(decisions);
    expect(text.split('\n')).toHaveLength(4);
    expect(readDecisionsText(text, 'd.jsonl')).toEqual(decisions);
    expect(readDecisionsText('', 'd.jsonl')).toEqual([]);
  });

  it('are the same text whatever order their keys had', () => {
    const [first] = decisions as [PlacedCommand];
    const turned = { command: { quantity: '2', proposalId: 'p1', type: 'ApproveProposal' as const }, at: { point: 1, row: 3 } };
    expect(decisionsText([turned])).toBe(decisionsText([first]));
  });

  it.each([
    ['{"at":{"row":1,"point":0}}\n', 'd.jsonl, line 1: cannot be used: command'],
    ['{"at":{"row":-1,"point":0},"command":{"type":"StopAll"}}\n', 'at.row'],
    ['{"at":{"row":1,"point":0},"command":{"type":"StopNone"}}\n', 'command.type'],
    [`${decisionsText(decisions)}x\n`, 'd.jsonl, line 4: not JSON'],
    [decisionsText(decisions.toReversed()), 'd.jsonl, line 2: row 3, point 1 after row 7, point 0; expected places that go on'],
  ])('are refused as %j', (text, problem) => expect(() => readDecisionsText(text, 'd.jsonl')).toThrow(problem));
});

describe('entries', () => {
  it('come back as they were', () => expect(readEntriesJson(entriesJson(entries), 'e.json')).toEqual(entries));

  it.each([
    [entriesJson(entries).replace('"entries"', '"ticket"'), 'e.json: cannot be used: 0.command.source'],
    [entriesJson(entries.toReversed()), 'entry 2 is before the one it follows'],
    ['[{"ts":1,"command":{"type":"StopAll"}}]', '0.command'],
    ['{', 'e.json: not JSON'],
  ])('are refused as %j', (text, problem) => expect(() => readEntriesJson(text, 'e.json')).toThrow(problem));
});
