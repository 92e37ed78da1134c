import { Grid } from '../domain/grid.ts';
import type { Event, JournalRecord } from '../domain/events.ts';
import type { Side } from '../domain/position.ts';
import type { Proposal } from '../domain/proposal.ts';
import { isoTime } from '../domain/time.ts';
import type { State } from '../engine/state.ts';
import { type Cell, csvOf, csvText, jsonLines } from './cells.ts';
import { type PositionRecord, positionsJson } from './figures.ts';
import { journalLine, proposalTitle, type Surroundings } from './lines.ts';
import { type PositionEventRow, POSITION_EVENT_COLUMNS, PREDICTION_COLUMNS, type PredictionRow } from './table-rows.ts';
import { positionEvents } from './tables.ts';
import { EXIT_COLUMNS, type ExitRow, TRADE_COLUMNS, type TradeRow, tradeRowsOf } from './trade-table.ts';

/*
 * A session's journal as tables for a spreadsheet. Times are ISO text in UTC; columns that end in "ts", "At" or "Ms" are milliseconds.
 */

/** What the words of a record need of those before it. */
class Before implements Surroundings {
  private readonly decimals = new Map<string, number>();
  private readonly positions = new Map<string, { side: Side; symbol: string }>();
  private readonly proposals = new Map<string, Proposal>();

  /** Takes a record, before its words are asked for. */
  take({ event }: JournalRecord): void {
    if (event.type === 'SessionStarted')
      for (const { instrument } of event.tapes) this.decimals.set(instrument.symbol, new Grid(instrument.tick).decimals);
    else if (event.type === 'PositionOpened') this.positions.set(event.positionId, event);
    else if (event.type === 'ProposalOpened') this.proposals.set(event.proposal.id, event.proposal);
  }

  readonly sideOf = (positionId: string): Side => this.positions.get(positionId)?.side ?? 'long';
  readonly symbolOf = (positionId: string): string | null => this.positions.get(positionId)?.symbol ?? null;
  readonly positionOf = (proposalId: string): string | null => this.proposals.get(proposalId)?.positionId ?? null;
  readonly ruleOf = (proposalId: string): string | null => this.proposals.get(proposalId)?.rule ?? null;
  readonly decimalsOf = (positionId: string | null): number =>
    this.decimals.get(positionId === null ? '' : (this.symbolOf(positionId) ?? '')) ?? 0;
  readonly titleOf = (proposalId: string): string => {
    const proposal = this.proposals.get(proposalId);
    return proposal ? proposalTitle(proposal, this.sideOf(proposal.positionId)) : proposalId;
  };
}

/** The rule, or who else, an event names as its cause. */
function causeOf(event: Event, ruleOf: (proposalId: string) => string | null): string | null {
  if ('causedBy' in event) return event.causedBy;
  if ('rule' in event) return event.rule;
  if (event.type === 'OrderPlaced') return event.order.causedBy;
  if (event.type === 'ProposalOpened') return event.proposal.rule;
  return 'proposalId' in event && event.proposalId !== undefined ? ruleOf(event.proposalId) : null;
}

const JOURNAL_COLUMNS = ['seq', 'row', 'point', 'ts', 'time', 'type', 'position', 'symbol', 'causedBy', 'summary', 'record'];

/** The whole journal, a row a record, with its words and the record itself as JSON. */
export function journalCsv(records: readonly JournalRecord[]): string {
  const before = new Before();
  const rows = records.map((record): Cell[] => {
    before.take(record);
    const { seq, ts, row, point, positionId, symbol, text } = journalLine(record, before);
    const { event } = record;
    const cause = causeOf(event, before.ruleOf);
    return [seq, row, point, ts, isoTime(ts), event.type, positionId, symbol, cause, text, JSON.stringify(record)];
  });
  return csvText(JOURNAL_COLUMNS, rows);
}

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
const time = (ts: number | null): string | null => (ts === null ? null : isoTime(ts));

/** The table `position_events`; its JSON columns are JSON text. */
export const positionEventsCsv = (rows: readonly PositionEventRow[]): string =>
  csvOf(
    POSITION_EVENT_COLUMNS,
    rows.map((row) =>
      Object.assign({}, row, {
        event_time: isoTime(row.event_time),
        ml_prediction: json(row.ml_prediction),
        indicators: json(row.indicators),
        created_at: time(row.created_at),
      }),
    ),
  );

/** The table `ml_position_predictions`. */
export const predictionsCsv = (rows: readonly PredictionRow[]): string =>
  csvOf(
    PREDICTION_COLUMNS,
    rows.map((row) =>
      Object.assign({}, row, { prediction_time: isoTime(row.prediction_time), created_at: time(row.created_at) }),
    ),
  );

const POSITION_COLUMNS = [
  'id',
  'account',
  'symbol',
  'side',
  'status',
  'quantity',
  'peakQuantity',
  'averageEntry',
  'averageExit',
  'realizedPnl',
  'fees',
  'r',
  'stop',
  'target',
  'openedTs',
  'opened',
  'closedTs',
  'closed',
  'mae',
  'mfe',
  'adds',
  'tranches',
] as const satisfies readonly (keyof PositionRecord | 'opened' | 'closed')[];

/** Every position that was filled, open or closed, with the facts of positions.json; its tranches are JSON text. */
export const positionsCsv = (state: State): string =>
  csvOf(
    POSITION_COLUMNS,
    positionsJson(state).map((position) =>
      Object.assign({}, position, {
        opened: isoTime(position.openedTs),
        closed: time(position.closedTs),
        tranches: JSON.stringify(position.tranches),
      }),
    ),
  );

/** A row a closed position: what win rates and their like count. Other tools read `closedAt` (UTC milliseconds), `pnl` and `rMultiple`. */
export const tradesCsv = (rows: readonly TradeRow[]): string => csvOf(TRADE_COLUMNS, rows);

/** A row a share of an exit: what it took from one tranche. */
export const exitsCsv = (rows: readonly ExitRow[]): string => csvOf(EXIT_COLUMNS, rows);

/**
 * The files of tables beside a journal, by their names.
 * @param state what the records fold to
 * @param session what stands before the colon of the ids in `position_events`
 */
export function tableFiles(records: readonly JournalRecord[], state: State, session: string): Record<string, string> {
  const events = positionEvents(records, session);
  const { trades, exits } = tradeRowsOf(records);
  return {
    'journal.csv': journalCsv(records),
    'position_events.csv': positionEventsCsv(events),
    'position_events.jsonl': jsonLines(events),
    'ml_position_predictions.csv': predictionsCsv([]),
    'ml_position_predictions.jsonl': jsonLines([]),
    'positions.csv': positionsCsv(state),
    'trades.csv': tradesCsv(trades),
    'exits.csv': exitsCsv(exits),
  };
}
