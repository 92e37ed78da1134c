import { describe, expect, it } from 'vitest';
import { LAYOUTS } from '../feeds/columns.ts';
import { randomColumns } from '../feeds/testing.ts';
import { bundleOf, readBundle, type SessionBundle } from '../journal/bundle.ts';
import { rerun } from './rerun.ts';
import { walkedSession } from './walked.ts';

async function bundled(...[markets, to]: Parameters<typeof walkedSession>): Promise<SessionBundle> {
  const { parts, recordings } = await walkedSession(markets, to);
  return readBundle(await bundleOf(parts, recordings), 'x.ratchet.zip');
}

const lines = ({ journal }: SessionBundle): string[] => journal.trimEnd().split('\n');
const withLines = (bundle: SessionBundle, changed: string[]): SessionBundle => ({
  ...bundle,
  journal: changed.map((line) => `${line}\n`).join(''),
});

describe('rerun', () => {
  it.each(LAYOUTS)('makes the same journal of a bundle of %s, wherever its session stood', async (layout) => {
    const market = randomColumns(layout, 200, 3);
    for (const to of [61, 100, 200]) {
      const bundle = await bundled([market], to);
      expect(rerun(bundle)).toEqual({ records: lines(bundle).length, engine: { bundled: 'ratchet/2', now: 'ratchet/2' } });
      expect(bundle.journal).toContain('"OrderFilled"');
      expect(bundle.journal).toContain('"source":"entries"');
      expect(bundle.journal).toContain('"ClosePosition"');
    }
  });

  it('makes the same journal of several markets on one clock', async () => {
    const bundle = await bundled(
      [randomColumns('bars', 200, 1), randomColumns('bars', 150, 1), randomColumns('trades', 90, 1)],
      170,
    );
    expect(rerun(bundle).differs).toBeUndefined();
  });

  it('names the first record that is another', async () => {
    const bundle = await bundled([randomColumns('bars', 200, 3)], 100);
    const made = lines(bundle);
    const seq = made.findIndex((line) => line.includes('"OrderFilled"')) + 1;
    const changed = made[seq - 1]?.replace('"quantity":"0.01"', '"quantity":"0.02"') ?? '';
    expect(rerun(withLines(bundle, made.with(seq - 1, changed))).differs).toEqual({ seq, bundled: changed, made: made[seq - 1] });
  });

  it('finds records that are missing at the end, and records that are one too many', async () => {
    const bundle = await bundled([randomColumns('bars', 200, 3)], 100);
    const made = lines(bundle);
    const last = made.at(-1) ?? '';
    expect(rerun(withLines(bundle, made.slice(0, -1))).differs).toEqual({ seq: made.length, bundled: '', made: last });
    const whole = await bundled([randomColumns('bars', 200, 3)], 200);
    const more = lines(whole);
    expect(rerun(withLines(whole, [...more, last])).differs).toEqual({ seq: more.length + 1, bundled: last, made: '' });
  });

  it('finds that a decision was left out', async () => {
    const bundle = await bundled([randomColumns('trades', 200, 3)], 100);
    expect(rerun({ ...bundle, decisions: bundle.decisions.slice(0, 1) }).differs?.bundled).toContain('"ClosePosition"');
    expect(rerun({ ...bundle, entries: [] }).differs?.bundled).toContain('"source":"entries"');
  });

  it('takes a session that was not walked at all', async () => {
    const bundle = await bundled([randomColumns('bars', 200, 3)], 100);
    const [first = ''] = lines(bundle);
    const start = { ...withLines(bundle, [first]), place: { row: 0, point: 0 }, decisions: [], entries: [] };
    expect(rerun(start)).toMatchObject({ records: 1 });
    expect(rerun(start).differs).toBeUndefined();
  });
});
