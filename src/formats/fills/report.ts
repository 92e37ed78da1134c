import type { ImportReport, RejectedRow } from '../../domain/import.ts';

/** The kinds of files that hold somebody's own trades. */
export const FILLS_FORMATS = {
  generic: 'fills as CSV',
  tradingview: 'list of trades of the TradingView strategy tester',
  ninjatrader: 'executions of NinjaTrader',
  mt5: 'deals of MetaTrader 5',
  freqtrade: 'backtest of freqtrade',
} as const;
export type FillsFormat = keyof typeof FILLS_FORMATS;

/** What came of reading a file of fills; `rows` counts the rows that were taken. */
export interface FillsReport extends Omit<ImportReport, 'timeline'> {
  format: FillsFormat;
}

const MOST_LISTED = 1_000;
const MOST_CHARACTERS = 120;

/** Why a row cannot be used: `kind` is what it is counted under, the message what was found and what was expected. */
export class RowFault extends Error {
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(message);
    this.name = 'RowFault';
    this.kind = kind;
  }
}

/** Counts the rows that are left out, and lists the first of them. */
export class LeftOut {
  private readonly listed: RejectedRow[] = [];
  private readonly counts = new Map<string, number>();

  add({ line, text }: { line: number; text: string }, kind: string, reason: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    if (this.listed.length < MOST_LISTED) this.listed.push({ line, reason, text: text.slice(0, MOST_CHARACTERS) });
  }

  /** What `read` gives; undefined where it throws a RowFault, which is then counted. */
  take<T>(row: { line: number; text: string }, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      this.add(row, error.kind, error.message);
      return undefined;
    }
  }

  get first(): RejectedRow | undefined {
    return this.listed[0];
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** @param rows rows that were taken */
  report(format: FillsFormat, rows: number): FillsReport {
    const rejected = this.listed.toSorted((a, b) => a.line - b.line);
    const counts = [...this.counts].map(([reason, count]) => ({ reason, rows: count }));
    return { format, rows, rejectedRows: this.total, counts, rejected };
  }
}
