import { access, constants, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Command } from '../domain/commands.ts';
import { dec, text } from '../domain/decimal.ts';
import type { Timeline } from '../domain/import.ts';
import { BAR_PATHS, type BarPath, type Tape } from '../domain/tape.ts';
import { type Decision, Engine } from '../engine/engine.ts';
import { unpack } from '../feeds/file.ts';
import { openBundled, openFile } from '../feeds/open.ts';
import { encodeRecording } from '../feeds/recording.ts';
import type { OpenedFile } from '../formats/csv.ts';
import type { TimedEntry } from '../formats/decisions.ts';
import { readDecisions } from '../formats/journal.ts';
import { bundleOf } from '../journal/bundle.ts';
import { valueText } from '../domain/document.ts';
import { difference } from '../policy/explain.ts';
import { figuresJson, journalText, positionsJson, prettyJson } from '../projections/figures.ts';
import { metricsText } from '../projections/metrics.ts';
import { withInterval } from '../worker/interval.ts';
import { marketSenseOf } from '../worker/market-sense.ts';
import { ENTRIES_OPTIONS, entriesFor } from './entries.ts';
import { blobOf, makeFolder, oneOf, policyOf, UsageError, writing } from './files.ts';
import { digestOfJournal, writeTables } from './journal.ts';
import { FILE_OPTIONS, readOptions } from './options.ts';

const REPLAY_OPTIONS = {
  policy: { type: 'string', default: 'intraday' },
  ...ENTRIES_OPTIONS,
  decide: { type: 'string' },
  'bar-path': { type: 'string', default: 'adverse-first' },
  ...FILE_OPTIONS,
  out: { type: 'string', default: 'out' },
  bundle: { type: 'string' },
} as const;

/** Answers every proposal that waits for the user at the instant it comes up. */
function decideAll(engine: Engine, make: (proposalId: string) => Command): void {
  let answered = 0;
  while (engine.run(Number.POSITIVE_INFINITY, 'proposal') === 'proposal') {
    const waiting = engine.journal
      .slice(answered)
      .flatMap(({ event }) => (event.type === 'ProposalOpened' ? [event.proposal] : []));
    answered = engine.journal.length;
    for (const { id, autonomy } of waiting)
      if (engine.state.proposals.get(id)?.status === 'proposed' && autonomy.mode !== 'suggest') engine.command(make(id));
  }
}

async function decisionsOf(path: string, tapes: readonly Tape[], policy: unknown, withEntries: boolean): Promise<Decision[]> {
  const file = await blobOf(path);
  const { digests, policy: made, decisions } = readDecisions(new TextDecoder().decode(await unpack(file)), path);
  const own = tapes.map(({ digest }) => digest).toSorted();
  if (digests && digests.toSorted().join() !== own.join())
    throw new UsageError(
      `--decide ${path}: made on the tape ${digests.join(' and ')}; expected ${own.join(' and ')}, its places mean nothing on another`,
    );
  const [first] = made === undefined ? [] : difference(made, policy);
  if (first)
    throw new UsageError(
      `--decide ${path}: made with another policy: ${first.path} is ${valueText(first.from)} there and ${valueText(first.to)} here; expected the same`,
    );
  return withEntries
    ? decisions.filter(({ command }) => !(command.type === 'PlaceEntry' && command.source === 'entries'))
    : decisions;
}

/** Walks files on one clock through the engine and writes journal, positions and figures, and the journal as tables. */
export async function replay(args: string[]): Promise<void> {
  const { values, positionals: paths } = parseArgs({ args, options: REPLAY_OPTIONS, allowPositionals: true });
  if (paths.length === 0) throw new UsageError('replay: expected at least one FILE');
  if (paths.length > 1 && values.symbol !== undefined)
    throw new UsageError(`--symbol ${values.symbol}: expected one FILE to go with it, there are ${paths.length}`);
  if (paths.includes('bundled') && values.calendar !== undefined)
    throw new UsageError(
      `--calendar ${values.calendar}: expected a FILE to go with it, the bundled session has its own calendar`,
    );
  const barPath: BarPath = oneOf('--bar-path', values['bar-path'], BAR_PATHS);
  const options = await readOptions(values);
  const loaded = await policyOf(values.policy, '--policy');
  const sources: { path: string; source: OpenedFile }[] = [];
  for (const path of paths)
    sources.push({ path, source: path === 'bundled' ? await openBundled() : await openFile(await blobOf(path), options) });
  const tapes = sources.map(({ source }) => source.tape);
  const bars = tapes.every(({ columns }) => columns.kind === 'bars');
  const policy = bars ? loaded : withInterval(loaded, options.intervalMs ?? null);
  const entries = await entriesFor(values, tapes, paths);
  const { decide } = values;
  const everyone = decide === 'approve-all' || decide === 'reject-all';
  const decisions =
    decide === undefined || everyone ? [] : await decisionsOf(decide, tapes, policy.source, values.entries !== undefined);
  const timed = entries.map(({ ts, entry }) => ({ ts, command: entry }));
  const engine = new Engine({ tapes, policy, barPath, entries: timed, decisions });
  // Before the walk, which may take long: a folder that cannot be written is better known now.
  await writing(values.out, async () => {
    await makeFolder(values.out);
    await access(values.out, constants.W_OK);
  });
  if (everyone)
    decideAll(engine, (proposalId) => ({ type: decide === 'approve-all' ? 'ApproveProposal' : 'RejectProposal', proposalId }));
  else engine.run(Number.POSITIVE_INFINITY);
  await report(engine, sources, values.out);
  if (values.bundle !== undefined) await writeBundle(values.bundle, engine, sources, timed);
}

const BUNDLE = { name: '--bundle', expected: 'a file to write, such as X.ratchet.zip' };

async function writeBundle(
  path: string,
  engine: Engine,
  sources: readonly { path: string; source: OpenedFile }[],
  entries: readonly TimedEntry[],
): Promise<void> {
  const recordings = new Map<string, Uint8Array>();
  for (const { path: from, source } of sources)
    recordings.set(source.tape.digest, await encodeRecording({ ...source, name: basename(from), source: basename(from) }));
  const bytes = await bundleOf(
    {
      name: `${sources.map(({ source }) => source.tape.instrument.symbol).join(', ')} · ${engine.core.policy.name}`,
      journal: journalText(engine.journal),
      place: engine.at,
      decisions: engine.allDecisions,
      entries,
    },
    recordings,
  );
  await writing(path, () => writeFile(path, bytes), BUNDLE);
  process.stdout.write(`bundle ${path}: ${bytes.length} bytes\n`);
}

/** What is odd about a file's times and bars, a line each. */
function timelineLines({ stepsBack, repeats, gaps }: Timeline): string[] {
  return [
    ...(stepsBack > 0 ? [`steps back in time: ${stepsBack}`] : []),
    ...(repeats > 0 ? [`bars without volume that only repeat the close before: ${repeats}`] : []),
    ...(gaps && gaps.count > 0
      ? [`gaps: ${gaps.count}, the longest ${gaps.longestMs} ms after ${new Date(gaps.afterTs).toISOString()}`]
      : []),
  ];
}

async function report(engine: Engine, sources: readonly { path: string; source: OpenedFile }[], out: string): Promise<void> {
  const market = marketSenseOf(engine.core);
  const figures = figuresJson(engine.state, engine.journal, (account) => engine.core.equity(account), market);
  await writing(out, async () => {
    await writeFile(join(out, 'journal.jsonl'), journalText(engine.journal));
    await writeFile(join(out, 'positions.json'), prettyJson(positionsJson(engine.state)));
    await writeFile(join(out, 'figures.json'), prettyJson(figures));
    await writeFile(join(out, 'metrics.txt'), metricsText(engine.journal, market));
    await writeTables(out, engine.journal, engine.state);
  });
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  for (const { path, source } of sources) {
    const { tape, report: rows, notes } = source;
    const { instrument, columns } = tape;
    say(`${path}: ${rows.rows} rows of ${columns.kind}${tape.synthetic ? ' (synthetic)' : ''}, ${rows.rejectedRows} left out`);
    for (const { reason, rows: count } of rows.counts) say(`  left out: ${count} × ${reason}`);
    for (const line of timelineLines(rows.timeline)) say(`  ${line}`);
    say(
      `instrument ${instrument.symbol}, tick ${instrument.tick}, lot ${instrument.lot}, session ${instrument.session}, stamp ${tape.stamp}, bars of ${engine.core.lane(instrument.symbol).market.intervalMs} ms`,
    );
    for (const note of notes) say(`  ${note}`);
  }
  for (const position of engine.state.positions.values()) {
    if (position.tranches.length === 0) continue;
    say(
      `${position.id} ${position.side} ${position.status} ${position.tranches.length} tranche${position.tranches.length === 1 ? '' : 's'}, peak ${text(position.peakQuantity)}, realised ${text(position.realizedPnl)}`,
    );
  }
  if (engine.entriesLeft > 0) say(`${engine.entriesLeft} entries were not placed: their time is after the end of the tape`);
  const last = engine.journal.at(-1);
  say(
    `${engine.journal.length} records, the last at row ${last?.tape.row ?? 0}; equity ${text(dec(engine.core.equity('paper')))}`,
  );
  say(`journal SHA-256 ${digestOfJournal(engine.journal)}`);
}
