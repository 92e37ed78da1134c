import { createHash } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Command } from './domain/commands.ts';
import { dec, text } from './domain/decimal.ts';
import type { InstrumentSpec } from './domain/instrument.ts';
import { parseMeasure } from './domain/measure.ts';
import { BAR_PATHS, type BarPath } from './domain/tape.ts';
import { type Decision, Engine } from './engine/engine.ts';
import { unpack } from './feeds/file.ts';
import { openBundled, openFile } from './feeds/open.ts';
import type { ReadOptions, ReadResult } from './formats/csv.ts';
import { readEntries } from './formats/entries.ts';
import { FormatError } from './formats/error.ts';
import { readFills } from './formats/fills.ts';
import { readDecisions } from './formats/journal.ts';
import { type LoadedPolicy, loadPolicy, loadPreset, PolicyError, presets } from './policy/load.ts';
import { FillLedger } from './projections/fills.ts';
import { figuresJson, journalText, positionsJson, prettyJson } from './projections/figures.ts';
import { withInterval } from './worker/session.ts';

const USAGE = `ratchet: the engine from a command line

  replay FILE   walks a file of bars or trades and writes journal.jsonl, positions.json and figures.json
    --policy NAME|FILE   ${Object.keys(presets).join(', ')}, or a policy as JSON (default intraday)
    --entries FILE       CSV ts,symbol,side,quantity,stop,target; empty quantity, stop or target: the policy's
    --decide WHAT        approve-all, reject-all, or a journal whose commands are repeated (default: nobody decides)
    --bar-path NAME      ${BAR_PATHS.join(', ')} (default adverse-first)
    --symbol S           default: from the file's name
    --stamp open|close   whether a bar's time is its start or its end (default: by the session's hours, else open)
    --interval 1m        of the file's bars, or of the bars built from trades (default: measured; for trades the policy's)
    --tick T --lot L     price and quantity steps (default: 0.01 and 1 for names that begin with eq_ or ix_, else the finest seen)
    --session ZONE/HOURS e.g. America/New_York/09:30-16:00 or UTC/24h (default: New York for eq_ and ix_, else UTC/24h)
    --out DIR            where the files go (default out)
    FILE "bundled" is the session that ships with the app
  ledger FILE   reads fills ts,symbol,side,quantity,price,fee[,multiplier] and prints a position as one JSON line after each
`;

/** Something the user can put right: shown without a stack, exit status 2. */
class UsageError extends Error {
  override name = 'UsageError';
}

async function blobOf(path: string): Promise<File> {
  const status = await stat(path).catch(() => undefined);
  if (!status?.isFile()) throw new UsageError(`${path}: ${status ? 'not a file' : 'no such file'}`);
  try {
    return new File([await openAsBlob(path)], basename(path));
  } catch (error) {
    throw new UsageError(`${path}: cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
}

async function policyOf(name: string): Promise<LoadedPolicy> {
  if (Object.hasOwn(presets, name)) return loadPreset(name);
  if (!/[./\\]/.test(name))
    throw new UsageError(`--policy ${name}: no preset of this name (${Object.keys(presets).join(', ')}) and not a file`);
  const file = await blobOf(name);
  let json: unknown;
  try {
    json = JSON.parse(await file.text());
  } catch (error) {
    throw new UsageError(`${name}: not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  return loadPolicy(json, name);
}

function intervalOption(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const measure = parseMeasure(value);
  if (measure?.unit !== 'duration' || !measure.value.greaterThan(0))
    throw new UsageError(`--interval ${value}: expected a duration such as 1s, 5s, 1m or 1h`);
  return measure.value.toNumber();
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === value);
  if (!found) throw new UsageError(`${option} ${value}: expected ${allowed.join(', ')}`);
  return found;
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

async function decisionsOf(path: string, tapeDigest: string, withEntries: boolean): Promise<Decision[]> {
  const file = await blobOf(path);
  const { digest, decisions } = readDecisions(new TextDecoder().decode(await unpack(file)), path);
  if (digest !== undefined && digest !== tapeDigest)
    throw new UsageError(
      `--decide ${path}: made on the tape ${digest}; expected ${tapeDigest}, its places mean nothing on another`,
    );
  return withEntries
    ? decisions.filter(({ command }) => !(command.type === 'PlaceEntry' && command.source === 'entries'))
    : decisions;
}

async function replay(args: string[]): Promise<void> {
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
  const policy = tape.columns.kind === 'trades' ? withInterval(loaded, intervalMs ?? null) : loaded;
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
  const decisions = decide === undefined || everyone ? [] : await decisionsOf(decide, tape.digest, values.entries !== undefined);
  const engine = new Engine({
    tape,
    policy,
    barPath,
    entries: entries.map(({ ts, entry }) => ({ ts, command: entry })),
    decisions,
  });
  if (everyone)
    decideAll(engine, (proposalId) => ({ type: decide === 'approve-all' ? 'ApproveProposal' : 'RejectProposal', proposalId }));
  else engine.run(Number.POSITIVE_INFINITY);
  await report(engine, source, values.out, path);
}

async function report(engine: Engine, source: ReadResult, out: string, path: string): Promise<void> {
  const journal = journalText(engine.journal);
  const figures = figuresJson(engine.state, engine.journal, (account) => engine.core.equity(account));
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'journal.jsonl'), journal);
  await writeFile(join(out, 'positions.json'), prettyJson(positionsJson(engine.state)));
  await writeFile(join(out, 'figures.json'), prettyJson(figures));
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

async function ledger(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('ledger: expected one FILE');
  const book = new FillLedger();
  const lines = readFills(await unpack(await blobOf(path)), path).map((fill) => `${JSON.stringify(book.apply(fill))}\n`);
  process.stdout.write(lines.join(''));
}

async function main([verb, ...args]: string[]): Promise<void> {
  if (verb === 'replay') return replay(args);
  if (verb === 'ledger') return ledger(args);
  if (verb === undefined || verb === 'help' || verb === '--help') return void process.stdout.write(USAGE);
  throw new UsageError(`${verb}: expected replay or ledger\n\n${USAGE}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const known =
    error instanceof UsageError ||
    error instanceof FormatError ||
    error instanceof PolicyError ||
    error instanceof RangeError ||
    (error instanceof TypeError && 'code' in error);
  process.stderr.write(
    known ? `${error.message}\n` : `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = known ? 2 : 1;
}
