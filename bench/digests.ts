import type { Tape } from '../src/domain/tape.ts';
import { automaticEntries, generatedTapes, runTrial } from '../src/engine/trial.ts';
import { sha256 } from '../src/feeds/file.ts';
import { openFile } from '../src/feeds/open.ts';
import { loadPreset, presets } from '../src/policy/load.ts';
import { journalText } from '../src/projections/figures.ts';
import { suggestInterval, withInterval } from '../src/worker/interval.ts';

/*
 * Every preset on a session of every kind, and the digest of each journal: whatever runs this is to come to the same ones.
 */

const SEED = 20_190_215;
const [ENTRIES, LOOKS] = [24, 40];

/** Recorded sessions, by name: the files of each. */
export const RECORDED: Readonly<Record<string, readonly string[]>> = {
  'recorded bars': ['eq_AAPL_1m_2016-04-15_2016-05-13.csv.gz'],
  'recorded bars of bid and ask': ['fx_USDJPY_1m_2013-02.csv.gz'],
  'recorded daily bars': ['dy_SPY_1d_1999_2020.csv.gz'],
  'recorded trades': ['tk_BTCUSDT-binance-perp_2024-08-08_trades.csv.gz'],
  'recorded quotes': ['tk_BTCUSDT-binance-spot_2024-08-08_bbo.csv.gz'],
  'four recorded instruments': [
    'eq_TSLA_1m_2019-02-11_2019-02-15.csv.gz',
    'eq_AMZN_1m_2019-02-11_2019-02-15.csv.gz',
    'eq_SPY_1m_2019-02-11_2019-02-15.csv.gz',
    'ix_VIX_1m_2019-02-11_2019-02-15.csv.gz',
  ],
};

/** What one run came to. */
export interface RunDigest {
  session: string;
  preset: string;
  records: number;
  sha256: string;
}

/** The generated sessions, then those recorded ones of which every file is there. */
async function* sessions(open: (file: string) => Promise<Blob | undefined>): AsyncGenerator<[name: string, tapes: Tape[]]> {
  const generated = generatedTapes(SEED);
  for (const [name, tape] of Object.entries(generated)) yield [`generated ${name}`, [tape]];
  const { daily: _, ...others } = generated;
  yield ['four generated instruments', Object.values(others)];
  for (const [name, files] of Object.entries(RECORDED)) {
    const tapes: Tape[] = [];
    for (const file of files) {
      const blob = await open(file);
      if (blob) tapes.push((await openFile(new File([blob], file), {})).tape);
    }
    if (tapes.length === files.length) yield [name, tapes];
  }
}

/** Runs everything, one after the other. @param open a recorded file by its name; undefined where there is none */
export async function* runDigests(open: (file: string) => Promise<Blob | undefined>): AsyncGenerator<RunDigest> {
  for await (const [session, tapes] of sessions(open)) {
    const bars = tapes.every(({ columns }) => columns.kind === 'bars');
    for (const preset of Object.keys(presets)) {
      const loaded = loadPreset(preset);
      const [first] = tapes;
      const policy = bars || !first ? loaded : withInterval(loaded, suggestInterval(first));
      const entries = automaticEntries(tapes, ENTRIES);
      const { journal } = runTrial(
        { tapes, policy, barPath: 'adverse-first', entries },
        { seed: SEED, looks: LOOKS, wild: true },
      );
      const bytes = new TextEncoder().encode(journalText(journal));
      yield { session, preset, records: journal.length, sha256: await sha256(bytes) };
    }
  }
}
