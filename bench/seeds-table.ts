import { openAsBlob, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { comparisonText } from '../src/cli/compare.ts';
import { type PolicyDocument, withValue } from '../src/domain/document.ts';
import { instrumentOf } from '../src/domain/instrument.ts';
import type { Side } from '../src/domain/position.ts';
import { ZoneClock } from '../src/domain/session.ts';
import type { Tape } from '../src/domain/tape.ts';
import { generatedTapes } from '../src/engine/trial.ts';
import { openFile } from '../src/feeds/open.ts';
import { loadPreset } from '../src/policy/load.ts';
import type { Case } from '../src/study/case.ts';
import { compared, underPolicy } from '../src/study/compare.ts';

/*
 * The table "traditional against intelligent" of the first seed, on recorded shares instead of an example: `fixed` against `intraday` on the same
 * entries. The entries know nothing of the market, so the table shows what managing does to entries without skill; it recommends neither.
 */

const FOLDER = fileURLToPath(new URL('../../shared/data/', import.meta.url));
/** After the session's open, so that there are bars for the regime stop. */
const AFTER_OPEN_MS = 30 * 60_000;

/** One session an entry: the whole tape on an account of its own, so that no entry is refused for the one of the day before. */
function sessionsOf(tape: Tape, name: string, side: Side, policy: PolicyDocument): Case[] {
  const { ts } = tape.columns;
  const clock = new ZoneClock(instrumentOf(tape.instrument).session);
  const cases: Case[] = [];
  for (let at = ts[0] ?? Number.POSITIVE_INFINITY; at <= (ts.at(-1) ?? Number.NEGATIVE_INFINITY); ) {
    const day = clock.day(at);
    at = day.end;
    const entryTs = day.open + AFTER_OPEN_MS;
    if (!day.trading || !ts.some((one) => one >= entryTs && one < day.close)) continue;
    cases.push({
      name: `${name} ${day.date}`,
      tapes: [tape],
      policy,
      barPath: 'adverse-first',
      entries: [
        {
          ts: entryTs,
          command: { type: 'PlaceEntry', symbol: tape.instrument.symbol, side, kind: 'market', source: 'entries' },
        },
      ],
      decisions: [],
      place: null,
    });
  }
  return cases;
}

async function tapesOf(): Promise<{ name: string; tape: Tape }[]> {
  let files: string[] = [];
  try {
    files = readdirSync(FOLDER).filter((file) => /^eq_.*\.csv\.gz$/.test(file));
  } catch {
    console.log('There is no recorded data beside the repository: this tape is generated.\n');
    return [{ name: 'generated', tape: generatedTapes(1).bars }];
  }
  const tapes: { name: string; tape: Tape }[] = [];
  for (const file of files)
    tapes.push({
      name: file.replace('.csv.gz', ''),
      tape: (await openFile(new File([await openAsBlob(`${FOLDER}${file}`)], basename(file)), {})).tape,
    });
  return tapes;
}

/** Prints the table for longs, shorts and both, and once more with `fixed` flat in the evening as `intraday` is. */
export async function seedsTable(): Promise<boolean> {
  const tapes = await tapesOf();
  const [fixed, intraday] = [loadPreset('fixed').source, loadPreset('intraday').source];
  const flat = withValue(fixed, 'rules.session-flat', (intraday.rules as PolicyDocument)['session-flat']);
  console.log(
    `One entry a trading day, at market ${AFTER_OPEN_MS / 60_000} minutes after the open, sized and stopped by the policy, on`,
  );
  for (const { name } of tapes) console.log(`  ${name}`);
  console.log('each on an account of its own, to the end of its file. Nobody decides: what a policy does by itself is done.');
  console.log(
    'The intervals take entries as independent of each other; those that are held over the same days are not, so they are narrower than they should be.',
  );
  for (const [name, a] of [
    ['fixed', fixed],
    ['fixed, flat', flat],
  ] as const)
    for (const sides of [['long'], ['short'], ['long', 'short']] as const) {
      const cases = sides.flatMap((side) => tapes.flatMap(({ name, tape }) => sessionsOf(tape, name, side, a)));
      const table = compared(
        {
          names: [name, 'intraday'],
          pairs: cases.map((one) => ({ a: underPolicy(one, a, 'own'), b: underPolicy(one, intraday, 'own') })),
        },
        () => undefined,
      );
      console.log(`\n${sides.join(' and ')}, ${cases.length} entries`);
      console.log(comparisonText(table).trimEnd());
    }
  return tapes.length > 0;
}
