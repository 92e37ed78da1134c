import { parseArgs } from 'node:util';
import type { JournalRecord } from '../domain/events.ts';
import type { Tape } from '../domain/tape.ts';
import { Engine } from '../engine/engine.ts';
import { unpack } from '../feeds/file.ts';
import { openFile } from '../feeds/open.ts';
import { readJournal } from '../formats/journal.ts';
import { readTradeList } from '../formats/trade-list.ts';
import { figureRecord, prettyJson } from '../projections/figures.ts';
import type { MarketSense } from '../projections/figures/evidence.ts';
import { evidenceOfTrades } from '../projections/figures/from-trades.ts';
import { figureView, type Reading, readingsOf } from '../projections/figures/index.ts';
import { metricsOfTrades, metricsText } from '../projections/metrics.ts';
import { readingsBy } from '../projections/performance.ts';
import { setupOf } from '../study/case.ts';
import { caseOfJournal } from '../study/journal-case.ts';
import { worth } from '../study/worth.ts';
import { marketSenseOf } from '../worker/market-sense.ts';
import { blobOf, oneOf, UsageError } from './files.ts';
import { FILE_OPTIONS, readOptions } from './options.ts';

const FIGURES_OPTIONS = {
  ...FILE_OPTIONS,
  as: { type: 'string', default: 'json' },
  tape: { type: 'string', multiple: true, default: [] as string[] },
  equity: { type: 'string' },
} as const;

const FORMS = ['json', 'table', 'openmetrics'] as const;

/** What a file's figures can be printed from. */
interface Found {
  what: 'journal' | 'trades';
  /** records of a journal, rows of a list that were kept */
  rows: number;
  rejectedRows: number;
  readings: Reading[];
  /** values of the parts of a journal */
  by: Record<string, unknown> | undefined;
  metrics(): string;
}

/** Prints the figures of a journal, or of a list of closed trades. */
export async function figures(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: FIGURES_OPTIONS, allowPositionals: true });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('figures: expected one FILE');
  const as = oneOf('--as', values.as, FORMS);
  const bytes = await unpack(await blobOf(path));
  const found = bytes.find((byte) => byte > 0x20) === 0x7b ? await ofJournal(bytes, path, values) : ofTrades(bytes, path, values);
  if (as === 'openmetrics') return void process.stdout.write(found.metrics());
  process.stdout.write(as === 'table' ? tableOf(found.readings) : jsonOf(path, found));
}

type Values = Parameters<typeof readOptions>[0] & { tape: string[]; equity?: string | undefined };

async function ofJournal(bytes: Uint8Array, path: string, { equity, ...values }: Values): Promise<Found> {
  if (equity !== undefined)
    throw new UsageError(`--equity ${equity}: expected a list of trades to go with it, a journal says it`);
  const text = new TextDecoder().decode(bytes);
  const { records, cut } = readJournal(text, path);
  if (cut !== undefined) process.stderr.write(`${cut}\n`);
  const market = values.tape.length === 0 ? null : await marketOf(records, path, values);
  const { whole, parts } = readingsBy(records, market);
  return {
    what: 'journal',
    rows: records.length,
    rejectedRows: 0,
    readings: whole,
    by: Object.fromEntries(
      Object.entries(parts).map(([name, part]) => [
        name,
        Object.fromEntries([...part].map(([key, readings]) => [key, valuesOf(readings)])),
      ]),
    ),
    metrics: () => metricsText(records, market),
  };
}

function ofTrades(bytes: Uint8Array, path: string, { tape, equity }: Values): Found {
  if (tape.length > 0)
    throw new UsageError(`--tape ${tape[0]}: expected a journal to go with it, a list of trades has no place on a tape`);
  if (equity !== undefined && !(/^\d{1,15}(\.\d{1,12})?$/.test(equity) && Number(equity) > 0))
    throw new UsageError(`--equity ${equity}: expected money above 0, what there was before the first trade`);
  const { trades, rejected } = readTradeList(bytes, path);
  for (const { message } of rejected) process.stderr.write(`${message}; left out\n`);
  const evidence = evidenceOfTrades(trades, equity ?? null);
  return {
    what: 'trades',
    rows: trades.length,
    rejectedRows: rejected.length,
    readings: readingsOf(evidence),
    by: undefined,
    metrics: () => metricsOfTrades(evidence),
  };
}

/**
 * What only the tapes tell of a journal: the market where it stands, and what its decisions were worth.
 * @throws RangeError where a tape is another than the journal's, one is missing, or they do not make this journal
 */
async function marketOf(records: readonly JournalRecord[], path: string, values: Values): Promise<MarketSense> {
  const options = await readOptions(values);
  const tapes: Tape[] = [];
  for (const file of values.tape) tapes.push((await openFile(await blobOf(file), options)).tape);
  const session = caseOfJournal(path, records, tapes);
  const engine = new Engine(setupOf(session));
  if (session.place) engine.goTo(session.place);
  else engine.run(Number.POSITIVE_INFINITY);
  return { ...marketSenseOf(engine.core), worth: worth(session, () => undefined).decisions };
}

const valuesOf = (readings: readonly Reading[]): Record<string, string | null> =>
  Object.fromEntries(readings.map((reading) => [reading.figure.id, figureRecord(reading).value]));

function jsonOf(path: string, { what, rows, rejectedRows, readings, by }: Found): string {
  return prettyJson({
    file: path,
    what,
    rows,
    rejectedRows,
    figures: Object.fromEntries(
      readings.map((reading) => {
        const { label, formula, convention, source, target, reached } = figureView(reading);
        const aim = target === null ? {} : { target, reached };
        return [reading.figure.id, { ...figureRecord(reading), label, ...aim, formula, convention, source }];
      }),
    ),
    ...(by ? { by } : {}),
  });
}

function tableOf(readings: readonly Reading[]): string {
  const views = readings.map(figureView);
  const widest = (of: (view: (typeof views)[number]) => string): number => Math.max(...views.map((view) => of(view).length));
  const [label, value] = [widest((view) => view.label), widest((view) => view.value ?? '–')];
  const lines: string[] = [];
  let group = '';
  for (const view of views) {
    if (view.group !== group) lines.push(...(group === '' ? [] : ['']), view.group);
    group = view.group;
    const aim =
      view.target === null ? '' : `${view.reached === null ? 'target' : view.reached ? 'reached' : 'missed'} ${view.target}`;
    const rest = [view.why, aim].filter(Boolean).join(' · ');
    lines.push(`  ${view.label.padEnd(label)}  ${(view.value ?? '–').padStart(value)}  ${rest}`.trimEnd());
  }
  return `${lines.join('\n')}\n`;
}
