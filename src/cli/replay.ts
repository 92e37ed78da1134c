import { createHash } from 'node:crypto';
import { access, constants, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Command } from '../domain/commands.ts';
import { dec, text } from '../domain/decimal.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { parseMeasure } from '../domain/measure.ts';
import { BAR_PATHS, type BarPath } from '../domain/tape.ts';
import { type Decision, Engine } from '../engine/engine.ts';
import { unpack } from '../feeds/file.ts';
import { openBundled, openFile } from '../feeds/open.ts';
import type { ReadOptions, ReadResult } from '../formats/csv.ts';
import { readEntries } from '../formats/entries.ts';
import { FormatError } from '../formats/error.ts';
import { readDecisions } from '../formats/journal.ts';
import { policyDifference } from '../policy/difference.ts';
import { figuresJson, journalText, positionsJson, prettyJson } from '../projections/figures.ts';
import { withInterval } from '../worker/session.ts';
import { blobOf, makeFolder, oneOf, policyOf, UsageError, writing } from './files.ts';

function intervalOption(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const measure = parseMeasure(value);
  if (measure?.unit !== 'duration' || !measure.value.greaterThan(0))
    throw new UsageError(`--interval ${value}: expected a duration such as 1s, 5s, 1m or 1h`);
  return measure.value.toNumber();
}

const REPLAY_OPTIONS = {
  policy: { type: 'string', default: 'intraday' },
  entries: { type: 'string' },
  decide: { type: 'string' },
  'bar-path': { type: 'string', default: 'adverse-first' },
  symbol: { type: 'string' },
  stamp: { type: 'string' },
  interval: { type: 'string' },
  tick: { type: 'string' },
  lot: { type: 'string' },
  session: { type: 'string' },
  out: { type: 'string', default: 'out' },
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

async function decisionsOf(path: string, tapeDigest: string, policy: unknown, withEntries: boolean): Promise<Decision[]> {
  const file = await blobOf(path);
  const { digest, policy: made, decisions } = readDecisions(new TextDecoder().decode(await unpack(file)), path);
  if (digest !== undefined && digest !== tapeDigest)
    throw new UsageError(
      `--decide ${path}: made on the tape ${digest}; expected ${tapeDigest}, its places mean nothing on another`,
    );
  const difference = made === undefined ? undefined : policyDifference(made, policy);
  if (difference)
    throw new UsageError(
      `--decide ${path}: made with another policy: ${difference.key} is ${difference.there} there and ${difference.here} here; expected the same`,
    );
  return withEntries
    ? decisions.filter(({ command }) => !(command.type === 'PlaceEntry' && command.source === 'entries'))
    : decisions;
}

/** Walks a file through the engine and writes journal, positions and figures. */
export async function replay(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: REPLAY_OPTIONS, allowPositionals: true });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('replay: expected one FILE');
  const barPath: BarPath = oneOf('--bar-path', values['bar-path'], BAR_PATHS);
  const instrument: Partial<InstrumentSpec> = {
    ...(values.symbol === undefined ? {} : { symbol: values.symbol }),
    ...(values.tick === undefined ? {} : { tick: values.tick }),
    ...(values.lot === undefined ? {} : { lot: values.lot }),
    ...(values.session === undefined ? {} : { session: values.session }),
  };
  const intervalMs = intervalOption(values.interval);
  const options: ReadOptions = {
    instrument,
    ...(values.stamp === undefined ? {} : { stamp: oneOf('--stamp', values.stamp, ['open', 'close'] as const) }),
    ...(intervalMs === undefined ? {} : { intervalMs }),
  };
  const loaded = await policyOf(values.policy);
  const source: ReadResult = path === 'bundled' ? await openBundled() : await openFile(await blobOf(path), options);
  const { tape } = source;
  const policy = tape.columns.kind === 'bars' ? loaded : withInterval(loaded, intervalMs ?? null);
  const entries = values.entries === undefined ? [] : readEntries(await unpack(await blobOf(values.entries)), values.entries);
  const stranger = entries.find(({ entry }) => entry.symbol !== tape.instrument.symbol);
  if (stranger)
    throw new FormatError(
      values.entries ?? '',
      stranger.line,
      `symbol "${stranger.entry.symbol}": expected ${tape.instrument.symbol}, the instrument of ${path}`,
    );
  const { decide } = values;
  const everyone = decide === 'approve-all' || decide === 'reject-all';
  const decisions =
    decide === undefined || everyone ? [] : await decisionsOf(decide, tape.digest, policy.source, values.entries !== undefined);
  const engine = new Engine({
    tape,
    policy,
    barPath,
    entries: entries.map(({ ts, entry }) => ({ ts, command: entry })),
    decisions,
  });
  // Before the walk, which may take long: a folder that cannot be written is better known now.
  await writing(values.out, async () => {
    await makeFolder(values.out);
    await access(values.out, constants.W_OK);
  });
  if (everyone)
    decideAll(engine, (proposalId) => ({ type: decide === 'approve-all' ? 'ApproveProposal' : 'RejectProposal', proposalId }));
  else engine.run(Number.POSITIVE_INFINITY);
  await report(engine, source, values.out, path);
}

async function report(engine: Engine, source: ReadResult, out: string, path: string): Promise<void> {
  const journal = journalText(engine.journal);
  const figures = figuresJson(engine.state, engine.journal, (account) => engine.core.equity(account));
  await writing(out, async () => {
    await writeFile(join(out, 'journal.jsonl'), journal);
    await writeFile(join(out, 'positions.json'), prettyJson(positionsJson(engine.state)));
    await writeFile(join(out, 'figures.json'), prettyJson(figures));
  });
  const { tape, report: rows, notes } = source;
  const { instrument } = tape;
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(`${path}: ${rows.rows} rows of ${tape.columns.kind}${tape.synthetic ? ' (synthetic)' : ''}, ${rows.rejectedRows} left out`);
  for (const { reason, rows: count } of rows.counts) say(`  left out: ${count} × ${reason}`);
  say(
    `instrument ${instrument.symbol}, tick ${instrument.tick}, lot ${instrument.lot}, session ${instrument.session}, stamp ${tape.stamp}, bars of ${engine.market.intervalMs} ms`,
  );
  for (const note of notes) say(`  ${note}`);
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
  say(`journal SHA-256 ${createHash('sha256').update(journal).digest('hex')}`);
}
