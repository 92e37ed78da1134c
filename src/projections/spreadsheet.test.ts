import { describe, expect, it } from 'vitest';
import { runWith, worldOf } from '../engine/chance.ts';
import { foldJournal } from '../engine/fold.ts';
import { end, holding } from '../engine/testing.ts';
import { readCells } from './cells.ts';
import { positionsJson } from './figures.ts';
import { exitsCsv, journalCsv, positionEventsCsv, positionsCsv, predictionsCsv, tableFiles, tradesCsv } from './spreadsheet.ts';
import { positionEvents } from './tables.ts';
import { journalOf, opened, proposed, sold } from './testing.ts';
import { tradeRowsOf } from './trade-table.ts';

const engine = end(holding([101, 99]));

/** A table as records by its header. */
function tableOf(csv: string): Record<string, string>[] {
  const [header = [], ...rows] = readCells(csv);
  expect(rows.filter((row) => row.length !== header.length)).toEqual([]);
  return rows.map((row) => Object.fromEntries(row.map((cell, column) => [header[column] ?? '', cell])));
}

describe('the journal as a table', () => {
  it('has a row a record: its place, time, what it speaks of, its words, and the record itself', () => {
    const rows = tableOf(journalCsv(engine.journal));
    expect(rows.map(({ record = '' }) => JSON.parse(record))).toEqual(JSON.parse(JSON.stringify(engine.journal)));
    const filled = engine.journal.findIndex(({ event }) => event.type === 'OrderFilled');
    expect(rows[filled]).toMatchObject({
      seq: String(filled + 1),
      row: '1',
      point: '1',
      ts: '1550241001000',
      time: '2019-02-15T14:30:01.000Z',
      type: 'OrderFilled',
      position: 'TEST-1',
      symbol: 'TEST',
      causedBy: 'user',
      summary: 'Bought 100 @ 100.00 · by hand',
    });
  });

  it('names the rule and the position of what follows a proposal, by its title', () => {
    const rows = tableOf(
      journalCsv(
        journalOf(...opened, ...proposed('breakeven', { type: 'move-stop', price: '100', trailing: false }, {}, 'user')),
      ),
    );
    expect(rows.at(-1)).toMatchObject({
      type: 'ProposalApproved',
      position: 'TEST-1',
      symbol: 'TEST',
      causedBy: 'breakeven',
      summary: 'Breakeven · stop to 100 · approved',
    });
  });

  it('runs nothing that a command, a name or a reason holds', () => {
    const formula = '=HYPERLINK("https://x.invalid")';
    const csv = journalCsv(
      journalOf(...opened, { type: 'OrderCanceled', orderId: '@x', positionId: formula, reason: '+1' }, ...sold('close', '-1+2')),
    );
    const { position, causedBy } = { position: tableOf(csv).at(-3)?.position, causedBy: tableOf(csv).at(-2)?.causedBy };
    expect([position, causedBy]).toEqual([formula, '-1+2']);
    expect(csv).toContain(`"'=HYPERLINK(""https://x.invalid"")"`);
    expect(csv).toContain(",'-1+2,");
  });

  it('is made of any random run', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { journal } = runWith(worldOf(seed), seed);
      const rows = tableOf(journalCsv(journal));
      expect(rows).toHaveLength(journal.length);
      for (const { summary = '' } of rows) expect(summary).not.toMatch(/^$|undefined|\[object/);
    }
  });
});

describe('the tables of a session', () => {
  it('position_events has times as ISO text, its readings as JSON, negative money as numbers, and nothing where nothing is known', () => {
    const rows = positionEvents(engine.journal, 's');
    const csv = positionEventsCsv(rows);
    const [entry, stop] = tableOf(csv);
    expect(entry).toMatchObject({ event_type: 'entry', profit_pct: '', ml_prediction: '', indicators: '', created_at: '' });
    expect(stop).toMatchObject({
      event_time: '2019-02-15T14:30:03.000Z',
      amount_saved_or_gained: '-100',
      event_type: 'stop_loss',
    });
    expect(JSON.parse(stop?.indicators ?? '')).toEqual(rows[1]?.indicators);
    expect(csv).toContain(',-100,');
    const dated = positionEventsCsv(rows.map((row) => Object.assign({}, row, { created_at: 0 })));
    expect(tableOf(dated)[0]?.created_at).toBe('1970-01-01T00:00:00.000Z');
  });

  it('ml_position_predictions has its columns while nobody foretells anything, and its rows when somebody does', () => {
    expect(predictionsCsv([]).trimEnd().split(',')).toHaveLength(11);
    const row = {
      id: 's:1',
      trade_id: 'TEST-1',
      prediction_time: 0,
      recovery_probability: '0.42',
      profit_potential: null,
      optimal_stop_distance: null,
      scale_in_confidence: null,
      recommended_action: 'hold',
      actual_action: null,
      prediction_accuracy: null,
      created_at: null,
    } as const;
    expect(tableOf(predictionsCsv([row]))).toMatchObject([
      { prediction_time: '1970-01-01T00:00:00.000Z', recovery_probability: '0.42', recommended_action: 'hold', created_at: '' },
    ]);
  });

  it('positions has the facts of positions.json, and their times as text', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const { state } = runWith(worldOf(seed), seed);
      const wanted = positionsJson(state).map((position) => {
        const cells = Object.entries(position).map(([key, value]) => [
          key,
          typeof value === 'object' ? JSON.stringify(value) : String(value),
        ]);
        return Object.fromEntries(cells.map(([key, value]) => [key, value === 'null' ? '' : value]));
      });
      expect(tableOf(positionsCsv(state))).toMatchObject(wanted);
    }
    const [position] = tableOf(positionsCsv(engine.state));
    expect(position).toMatchObject({ opened: '2019-02-15T14:30:01.000Z', closed: '2019-02-15T14:30:03.000Z' });
  });

  it('trades has closedAt, pnl and rMultiple by these names, and exits too', () => {
    const { trades, exits } = tradeRowsOf(engine.journal);
    const wanted = [{ position: 'TEST-1', closedAt: '1550241003000', pnl: '-100', rMultiple: '-1' }];
    expect(tableOf(tradesCsv(trades))).toMatchObject(wanted);
    expect(tableOf(exitsCsv(exits))).toMatchObject(wanted);
  });

  it('are the same from the live session and from its journal alone', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { journal, state } = runWith(worldOf(seed), seed);
      const read = JSON.parse(JSON.stringify(journal)) as typeof journal;
      expect(tableFiles(read, foldJournal(read), 's')).toEqual(tableFiles(journal, state, 's'));
    }
  });
});
