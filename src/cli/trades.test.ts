import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GENERIC, NINJATRADER_US, TRADINGVIEW_2025 } from '../formats/fills/testing.ts';
import { ledger } from './ledger.ts';
import { replay } from './replay.ts';
import { trades } from './trades.ts';
import { commandLine } from './testing.ts';

const line = commandLine();
const { fileWith } = line;

describe('trades', () => {
  it('prints a line a trade, and on the error output what was left out and assumed', async () => {
    const path = fileWith('grid.csv', `${NINJATRADER_US}MNQ 12-26,Buy,-1,1,9/16/2026 3:31:02 PM,z,Entry,,,,$0,1,Sim101,P,\n`);
    await trades([path, '--zone', 'America/New_York', '--symbol', 'MNQ', '--multiplier', '2']);
    expect(line.printed).toBe(
      [
        'id,symbol,side,openedTs,closedTs,quantity,held,averageEntry,averageExit,adds,exits,grossPnl,fees,netPnl',
        '1,MNQ,long,1789587062000,1789587580000,3,0,21000.25,21011.083333333333333333,0,2,65,3.72,61.28',
        '',
      ].join('\n'),
    );
    expect(line.said).toContain(`${path}, line 5: quantity "-1": expected a decimal above 0; left out`);
    expect(line.said).toContain(`${path}: Times are those of America/New_York, as was said.`);
  });

  it('prints JSON where that is asked for', async () => {
    await trades([fileWith('x_CME_NQ1!_2024-02-03.csv', TRADINGVIEW_2025), '--as', 'json']);
    const rows = line.printed
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map(({ symbol, side, closedTs, netPnl }) => [symbol, side, closedTs !== null, netPnl])).toEqual([
      ['NQ1!', 'long', true, '2.25'],
      ['NQ1!', 'long', true, '5'],
      ['NQ1!', 'short', false, '0'],
    ]);
  });

  it('refuses what is no file of fills, and words that it does not know', async () => {
    const bars = fileWith('bars.csv', 'ts,open,high,low,close\n1,1,1,1,1\n');
    await expect(trades([bars])).rejects.toThrow('no fills found; expected fills as CSV');
    await expect(trades([bars, '--as', 'xml'])).rejects.toThrow('--as xml: expected csv, json');
    await expect(trades([bars, '--dates', 'year'])).rejects.toThrow('--dates year: expected day-first, month-first');
    await expect(trades([])).rejects.toThrow('trades: expected one FILE');
  });
});

describe('ledger', () => {
  it('takes the file of a broker, without its bad rows', async () => {
    await ledger([fileWith('grid.csv', `${NINJATRADER_US}MNQ 12-26,Buy,,1,9/16/2026 3:31:02 PM,z,Entry,,,,$0,1,Sim101,P,\n`)]);
    const positions = line.printed
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(positions.map(({ quantity, realizedPnl }) => [quantity, realizedPnl])).toEqual([
      ['3', '-1.86'],
      ['1', '16.9'],
      ['0', '28.78'],
    ]);
    expect(line.said).toContain('line 5: quantity "": expected a decimal above 0; left out');
  });

  it('still refuses the generic file for one bad row, and options that say what is in it', async () => {
    const path = fileWith('fills.csv', `${GENERIC}5,ES,buy,1,1,0,50\n`);
    await expect(ledger([path])).rejects.toThrow('line 5: ts "5": expected at least 1709550000000');
    await expect(ledger([path, '--zone', 'UTC'])).rejects.toThrow('--zone: expected the file of a broker to go with it');
    expect([line.printed, line.said]).toEqual(['', '']);
  });
});

describe('replay --entries with fills', () => {
  const START = Date.UTC(2025, 2, 3, 14, 30);
  const bars = (): string =>
    fileWith(
      'eq_X_1m.csv',
      [
        'ts,open,high,low,close,volume',
        ...Array.from({ length: 60 }, (_, i) => `${START + i * 60_000},10,10.2,9.9,10.1,1000`),
      ].join('\n'),
    );
  const fills = (...rows: string[]): string =>
    fileWith('mine.csv', ['ts,symbol,side,quantity,price,fee', ...rows, ''].join('\n'));
  const entered = (): { symbol: string; side: string; quantity: string | undefined }[] =>
    readFileSync(join(line.folder, 'out', 'journal.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).event)
      .flatMap((event) => (event.type === 'CommandReceived' ? [event.command] : []))
      .map(({ symbol, side, quantity }) => ({ symbol, side, quantity }));

  it('asks the policy for the entries and adds of the fills, not for their exits', async () => {
    const path = fills(
      `${START - 120_000},X,buy,5,10,0`,
      `${START - 60_000},X,sell,5,10,0`,
      `${START + 600_000},X,buy,7,10.1,0`,
      `${START + 700_000},Y,buy,7,10.1,0`,
      `${START + 900_000},X,sell,9,10.1,0`,
    );
    await replay([bars(), '--entries', path, '--policy', 'fixed', '--out', join(line.folder, 'out')]);
    expect(entered()).toEqual([
      { symbol: 'X', side: 'long' },
      { symbol: 'X', side: 'short' },
    ]);
    expect(line.said).toContain(`${path}: 1 entries in Y left out`);
    expect(line.said).toContain(`${path}: 1 entries before the tape begins left out`);
    await replay([bars(), '--entries', path, '--keep-quantity', '--policy', 'fixed', '--out', join(line.folder, 'out')]);
    expect(entered().map(({ quantity }) => quantity)).toEqual(['7', '2']);
  });

  it('names the instrument of a broker otherwise where that is said, and refuses fills of others alone', async () => {
    const path = fileWith('grid.csv', NINJATRADER_US.replaceAll('9/16/2026', '3/3/2025'));
    const words = [bars(), '--entries', path, '--entries-zone', 'America/New_York', '--out', join(line.folder, 'out')];
    await expect(replay(words)).rejects.toThrow(
      `${path}: entries in MNQ 12-26: expected some in X; --entries-symbol names the one instrument of a file`,
    );
    await replay([...words, '--entries-symbol', 'X', '--entries-dates', 'month-first']);
    expect(line.printed).toContain('1 entries were not placed: their time is after the end of the tape');
  });

  it('refuses what is said of fills where there are none', async () => {
    await expect(replay([bars(), '--keep-quantity'])).rejects.toThrow('--keep-quantity: expected --entries with a file of fills');
    const entries = fileWith('entries.csv', `ts,symbol,side\n${START},X,long\n`);
    await expect(replay([bars(), '--entries', entries, '--entries-zone', 'UTC'])).rejects.toThrow(
      '--entries-zone UTC: expected --entries',
    );
  });
});
