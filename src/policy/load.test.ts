import { describe, expect, it } from 'vitest';
import { ACTION_KINDS } from '../domain/proposal.ts';
import { loadPolicy, loadPreset, PolicyError, presets } from './load.ts';
import { tooWeak } from './schema.ts';

/** The faults of a policy with these keys. */
function faultsOf(over: object): string[] {
  try {
    loadPolicy({ name: 'mine', ...over }, 'mine.json');
  } catch (error) {
    if (error instanceof PolicyError) return error.faults;
    throw error;
  }
  return [];
}

describe('the presets', () => {
  it.each(Object.keys(presets))('%s loads, and its written form loads to the same policy', (name) => {
    const { policy, source } = loadPreset(name);
    const again = loadPolicy(JSON.parse(JSON.stringify(source)), 'again');
    expect(again.policy).toEqual(policy);
    expect(again.source).toEqual(source);
  });

  it('intraday has the numbers of S0', () => {
    const { policy } = loadPreset('intraday');
    expect(policy.rules.breakeven.trigger.text).toBe('1R');
    expect(policy.rules['partial-exit'].steps.map(({ at, fraction }) => [at.text, fraction.text])).toEqual([['1.5R', '50%']]);
    expect([policy.rules['trailing-stop'].activate.text, policy.rules['trailing-stop'].distance.text]).toEqual(['2R', '1ATR']);
    expect(policy.rules['scale-in']).toMatchObject({
      profit: { text: '0.5R' },
      volume: { text: '1.2' },
      size: { text: '50%' },
      adds: 1,
    });
    const { positionEquity, noEntriesFrom, totalSize } = policy.limits;
    expect([positionEquity, noEntriesFrom, totalSize].map((limit) => (limit === 'none' ? limit : limit.text))).toEqual([
      '10%',
      '15:30',
      '2',
    ]);
    expect(policy.rules['session-flat'].at.text).toBe('15:45');
    expect(policy.averagingDown).toBe('forbidden');
  });

  it('intraday lets only what cannot wait act by itself', () => {
    const { autonomy } = loadPreset('intraday').policy;
    expect(Object.fromEntries(ACTION_KINDS.map((kind) => [kind, autonomy[kind].mode]))).toEqual({
      'stop-loss': 'auto',
      'take-profit': 'auto',
      'session-flat': 'auto',
      'daily-loss': 'auto',
      emergency: 'auto',
      'stop-move': 'auto',
      'early-exit': 'auto-after',
      'time-stop': 'auto-after',
      'profit-potential': 'auto-after',
      'resize-down': 'auto-after',
      'partial-exit': 'approve',
      'scale-in': 'approve',
      'tranche-entry': 'approve',
      'resize-up': 'approve',
    });
    for (const kind of ['early-exit', 'time-stop', 'profit-potential', 'resize-down'] as const)
      expect(autonomy[kind]).toEqual({ mode: 'auto-after', seconds: 10 });
  });

  it('fixed manages nothing: a stop of 2 %, a target of 4 %', () => {
    const { policy } = loadPreset('fixed');
    expect([policy.initialStop.percent.text, policy.target.distance.text]).toEqual(['2%', '4%']);
    expect(Object.values(policy.rules).filter((rule) => 'enabled' in rule && rule.enabled)).toEqual([
      policy.rules['take-profit'],
    ]);
  });

  it('a name that does not exist is an error that names those that do', () => {
    expect(() => loadPreset('swing')).toThrow('no preset of this name; there are intraday, fixed');
    expect(() => loadPreset('toString')).toThrow(PolicyError);
  });
});

describe('a policy that cannot be used', () => {
  it.each([
    [{ stopp: 1 }, ['the document: unknown key "stopp"; known: ', 'initialStop']],
    [{ rules: { breakeven: { triger: '1R' } } }, ['rules.breakeven: unknown key "triger"; known: enabled, trigger, buffer']],
    [{ rules: { 'break-even': {} } }, ['rules: unknown key "break-even"; known: ', 'breakeven']],
    [{ rules: { 'stop-loss': { enabled: false } } }, ['rules.stop-loss: ', '"enabled"']],
    [
      { rules: { breakeven: { trigger: '30m' } } },
      ['rules.breakeven.trigger: "30m" has the unit duration; expected "1R" or "1.5%" or "2ATR" or "$250"'],
    ],
    [{ rules: { breakeven: { trigger: '1 R R' } } }, ['rules.breakeven.trigger: "1 R R" is not a measure; expected "1R"']],
    [{ rules: { breakeven: { trigger: 1 } } }, ['rules.breakeven.trigger: 1 is not text; expected "1R"']],
    [{ rules: { breakeven: { buffer: '60%' } } }, ['rules.breakeven.buffer: "60%" is out of range; expected ', 'from 0 to 50']],
    [
      { rules: { 'partial-exit': { steps: [{}, { fraction: '0%' }] } } },
      ['rules.partial-exit.steps.1.fraction: "0%" is out of range; expected "1.5%" from 1 to 100'],
    ],
    [
      { rules: { 'partial-exit': { steps: [{ at: '2R' }, { at: '2R' }, { at: '10%' }, { at: '9%' }, { at: '1R' }] } } },
      [
        'rules.partial-exit.steps.3.at: "9%" comes before "10%" of the step above; expected steps from the nearest to the furthest',
      ],
    ],
    [
      { rules: { 'tranche-entry': { graduated: [{ strength: '0.6' }, { strength: '0.5' }] } } },
      ['rules.tranche-entry.graduated.1.strength: "0.5" comes before "0.6" of the step above'],
    ],
    [{ rules: { 'scale-in': { adds: 11 } } }, ['rules.scale-in.adds: 11 is out of range; expected a whole number from 0 to 10']],
    [
      { rules: { 'scale-in': { adds: 1.5 } } },
      ['rules.scale-in.adds: 1.5 is out of range; expected a whole number from 0 to 10'],
    ],
    [{ rules: { 'scale-in': { enabled: 'yes' } } }, ['rules.scale-in.enabled: "yes" is neither true nor false']],
    [{ allotment: 'average' }, ['allotment: "average" is not one of pro-rata, fifo, lifo, highest-cost']],
    [{ account: { equity: '0' } }, ['account.equity: "0" is not allowed; expected a decimal as text from 1']],
    [{ account: { equity: '1e9' } }, ['account.equity: "1e9" is not allowed; expected a decimal as text from 1']],
    [{ account: { equity: 100000 } }, ['account.equity: 100000 is not text; expected a decimal as text from 1']],
    [{ evaluateEvery: 'hourly' }, ['evaluateEvery: "hourly" is not a measure; expected bar or tick or "30m" from 1s to 1d']],
    [{ limits: { noEntriesFrom: '25:00' } }, ['limits.noEntriesFrom: "25:00" is not a measure; expected "15:45"']],
    [{ rules: 7 }, ['rules: 7 is not a group of keys']],
    [
      { autonomy: { 'stop-loss': 'approve' } },
      ['autonomy.stop-loss: "approve" is weaker than auto, which stop-loss needs; expected auto'],
    ],
    [
      { autonomy: { 'session-flat': 'approve' } },
      ['autonomy.session-flat: "approve" is weaker than auto-after, which session-flat needs; expected auto-after 10s or auto'],
    ],
    [{ autonomy: { 'scale-in': 'auto-after 10' } }, ['autonomy.scale-in: "auto-after 10" is not an autonomy; expected off']],
  ])('%j: the error names the key, the value and what is allowed', (over, parts) => {
    const faults = faultsOf(over);
    expect(faults).toHaveLength(1);
    for (const part of parts) expect(faults[0]).toContain(part);
  });

  it('names every fault, and the file', () => {
    expect(faultsOf({ allotment: 'x', interval: '1R' })).toHaveLength(2);
    expect(() => loadPolicy({ name: 'mine', allotment: 'x' }, 'mine.json')).toThrow(/^mine\.json: allotment/);
    expect(faultsOf({ name: '' })).toHaveLength(1);
  });
});

describe('a policy', () => {
  it.each(['bar', 'tick', '15s'])('keeps evaluateEvery %s in its written form', (evaluateEvery) => {
    const { source } = loadPolicy({ name: 'mine', evaluateEvery }, 'mine.json');
    expect(source).toMatchObject({ evaluateEvery });
    expect(() => loadPolicy(source, 'again')).not.toThrow();
  });

  it('writes autonomy as it is read', () => {
    const autonomy = {
      'scale-in': 'auto-after 90s',
      'partial-exit': 'suggest',
      'stop-move': 'off',
      'session-flat': 'auto-after 30s',
    };
    expect(loadPolicy({ name: 'mine', autonomy }, 'mine.json').source).toMatchObject({ autonomy });
  });

  it.each([
    ['stop-loss', { mode: 'auto-after', seconds: 1 }, true],
    ['stop-loss', { mode: 'auto' }, false],
    ['session-flat', { mode: 'auto-after', seconds: 10 }, false],
    ['session-flat', { mode: 'off' }, true],
    ['session-flat', { mode: 'suggest' }, true],
    ['scale-in', { mode: 'off' }, false],
  ] as const)('finds for %s the autonomy %j too weak: %s', (kind, autonomy, weak) => {
    expect(tooWeak(kind, autonomy)).toBe(weak);
  });
});
