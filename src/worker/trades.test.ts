import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FIXTURES, GENERIC, NINJATRADER_US } from '../formats/fills/testing.ts';
import { lookAtTrades } from './trades.ts';

const look = (content: string | Uint8Array<ArrayBuffer>, options = {}, name = 'mine.csv') =>
  lookAtTrades(new File([content], name), options);

describe('a look at trades', () => {
  it.each(Object.values(FIXTURES).map(({ name, content, rows }) => [name, content, rows] as const))(
    'gives trades, how they are drawn, and entries of %s',
    async (name, content, rows) => {
      const found = await look(content, {}, name);
      expect([found.fills, found.rejectedRows]).toEqual([rows, 0]);
      expect(found.drawn.map(({ symbol }) => symbol)).toEqual(found.trades.map(({ symbol }) => symbol));
      expect(found.drawn.map(({ position }) => position.openTs)).toEqual(found.trades.map(({ openedTs }) => openedTs));
      expect(found.entries).toHaveLength(found.trades.reduce((sum, { adds }) => sum + 1 + adds, 0));
      expect(found.symbols).toEqual(Object.keys(found.decimals).toSorted());
      expect(structuredClone(found)).toEqual(found);
    },
  );

  it('unpacks gzip, and keeps the quantities of the fills where that is wanted', async () => {
    const packed = new Uint8Array(gzipSync(NINJATRADER_US));
    expect((await look(packed)).entries.map(({ entry }) => entry.quantity)).toEqual([undefined]);
    expect((await look(packed, { keepQuantity: true })).entries.map(({ entry }) => entry.quantity)).toEqual(['3']);
  });

  it('lists a fill that the ledger cannot take among the rows left out', async () => {
    const found = await look(`${GENERIC}1709550000001,ES,buy,1,5100,0,50\n1709550000002,ES,sell,1,5101,0,5\n,,,,,,\n`);
    expect(found.fills).toBe(4);
    expect(found.rejectedRows).toBe(2);
    expect(found.rejected.map(({ line, reason }) => `${line} ${reason.slice(0, 28)}`)).toEqual([
      '6 multiplier "5": expected 50,',
      '7 ts "": expected whole millis',
    ]);
  });

  it('refuses a market file by its first bytes', async () => {
    const file = new File([`ts,open,high,low,close\n${'1,1,1,1,1\n'.repeat(100_000)}`], 'eq_X_1m.csv');
    file.arrayBuffer = () => Promise.reject(new Error('read whole'));
    await expect(lookAtTrades(file, {})).rejects.toThrow('eq_X_1m.csv: not a file of fills; expected fills as CSV');
  });
});
