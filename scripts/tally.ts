import { z } from 'zod';

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export const failedTally = (failed: number): Tally => ({ passed: 0, failed, skipped: 0 });

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  errors: z.array(z.unknown()),
});

/** A runner that ends badly has failed once at least, whatever it says it has counted. */
const honest = (tally: Tally, code: number | null): Tally => (code === 0 || tally.failed > 0 ? tally : { ...tally, failed: 1 });

function read<T>(schema: z.ZodType<T>, text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Counts of Vitest's JSON report. A file that could not be loaded has no tests in it and counts as one failure. No report: one failure. */
export function tallyVitest(text: string | undefined, code: number | null): Tally {
  const report = read(vitestReport, text);
  if (report === undefined) return failedTally(1);
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
  );
  const tally = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
  return tally.passed + tally.failed + tally.skipped === 0 ? failedTally(1) : honest(tally, code);
}

/** Counts of Playwright's JSON report. A test that passed only when repeated has failed; so has each error outside of the tests. */
export function tallyPlaywright(text: string | undefined, code: number | null): Tally {
  const report = read(playwrightReport, text);
  if (report === undefined) return failedTally(1);
  const { expected, unexpected, flaky, skipped } = report.stats;
  const tally = { passed: expected, failed: unexpected + flaky + report.errors.length, skipped };
  return tally.passed + tally.failed + tally.skipped === 0 ? failedTally(1) : honest(tally, code);
}
