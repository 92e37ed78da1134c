import { describe, expect, it } from 'vitest';
import { tallyPlaywright, tallyVitest } from './tally.ts';

const vitest = (
  passed: number,
  failed: number,
  files: { status: string; assertionResults: { status: string }[] }[] = [],
): string =>
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numPendingTests: 2, numTodoTests: 1, testResults: files });

const playwright = (expected: number, unexpected: number, flaky: number, errors: object[] = []): string =>
  JSON.stringify({ stats: { expected, unexpected, flaky, skipped: 1 }, errors });

describe('the last line of npm test', () => {
  it('counts what Vitest has counted', () => {
    expect(tallyVitest(vitest(10, 2), 1)).toEqual({ passed: 10, failed: 2, skipped: 3 });
  });

  it('counts a test file that cannot be loaded as one failure', () => {
    const files = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
    ];
    expect(tallyVitest(vitest(1, 1, files), 1).failed).toBe(2);
  });

  it('counts what Playwright has counted, with repeats and errors outside of tests as failures', () => {
    expect(tallyPlaywright(playwright(5, 1, 1, [{ message: 'no server' }]), 1)).toEqual({ passed: 5, failed: 3, skipped: 1 });
  });

  it.each([
    ['no report', undefined],
    ['half a report', '{"stats":'],
    ['another report', '{}'],
  ])('is one failure for %s', (_, text) => {
    expect(tallyVitest(text, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(tallyPlaywright(text, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('never turns a runner that ended badly into a success', () => {
    expect(tallyVitest(vitest(10, 0), 1).failed).toBe(1);
    expect(tallyPlaywright(playwright(10, 0, 0), null).failed).toBe(1);
  });

  it('never takes a run without tests for a success', () => {
    const none = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };
    expect(tallyVitest(JSON.stringify(none), 0).failed).toBe(1);
  });
});
