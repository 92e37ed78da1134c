import { describe, expect, it } from 'vitest';
import { FormatError } from '../formats/error.ts';
import { csvOfJson } from './json.ts';

const read = (json: string): string[] =>
  new TextDecoder()
    .decode(csvOfJson(new TextEncoder().encode(json), 'x.json', {}))
    .trimEnd()
    .split('\n');

describe('csvOfJson', () => {
  it("reads freqtrade's candles, with or without volume, and keeps every digit as it is written", () => {
    expect(read('[[1700000000000,0.10,1.5e-7,42000.123456789012,1,0.0],\n [ 1700000060000 , 2,3,1,2.5 , 9 ] ]')).toEqual([
      'ts,open,high,low,close,volume',
      '1700000000000,0.10,1.5e-7,42000.123456789012,1,0.0',
      '1700000060000,2,3,1,2.5,9',
    ]);
    expect(read('\ufeff[[1,2,3,4,5]]')).toEqual(['ts,open,high,low,close', '1,2,3,4,5']);
  });

  it("reads freqtrade's trades as lists, and as the objects of old", () => {
    expect(read('[[1,"a",null,"buy",5.5,0.1,0.55],[2,"b","limit","sell",5.4,0.2,1.08]]')).toEqual([
      'ts,id,type,side,price,size,cost',
      '1,a,,buy,5.5,0.1,0.55',
      '2,b,limit,sell,5.4,0.2,1.08',
    ]);
    const [first, second] = [
      '{"timestamp":1,"id":"a","type":null,"side":"buy","price":5.5,"amount":0.1,"cost":0.55}',
      '{"price":5.4,"amount":0.2,"timestamp":2}',
    ];
    expect(read(`[${first},${second}]`)).toEqual(['ts,price,size,side,id', '1,5.5,0.1,buy,a', '2,5.4,0.2,,']);
  });

  it('passes over what stands under unknown names, however it is nested', () => {
    expect(read('[{"info":{"a":[1,{"b":[]}],"c":{}},"t":1,"p":"5","q":2}]')).toEqual(['ts,price,size', '1,5,2']);
  });

  it('takes "__proto__" and "constructor" for names like any other, and changes nothing by them', () => {
    const rows = read(
      '[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"t":1,"p":5,"q":2},{"t":2,"p":5,"q":2,"__proto__":7}]',
    );
    expect(rows).toEqual(['ts,price,size', '1,5,2', '2,5,2']);
    expect('polluted' in {}).toBe(false);
    expect(() => read('[{"__proto__":{"ts":1,"price":5,"size":2}}]')).toThrow(/found the columns __proto__; expected bars/);
  });

  it('writes rows of other lengths, missing values and odd ones as they are, for the reader of rows to refuse', () => {
    expect(read('[[1,2,3,4,5,6],[1,2],[],null,7,[NaN,null,-Infinity,true,"a,b\\n\\u0022",6]]').slice(2)).toEqual([
      '1,2',
      '""',
      '""',
      '7',
      'NaN,,-Infinity,true,a%2cb%a%22,6',
    ]);
  });

  it.each([
    ['{"data":[]}', /x\.json: found "\{"data":\[\]\}" at byte 1; expected a list of rows/],
    ['[]', /an empty list; expected at least one row/],
    ['[[1,2,3]]', /x\.json, line 1: found 3 values at byte 2; expected 5 or 6 values/],
    ['["a"]', /line 1: found ""a"\]" at byte 2; expected a list or an object as the first row/],
    ['[[1,2,3,4,5],{"a":1}]', /line 2: found .* expected a list, as the first row is/],
    ['[{"t":1,"p":1,"q":1},[1]]', /line 2: .*expected an object, as the first row is/],
    ['[[1,2,3,4,5],[1,[2]]]', /line 2: .*expected a number or text inside a row/],
    ['[[1,2,3,4,5],[1 2]]', /line 2: .*expected a comma or \] after the value/],
    ['[[1,2,3,4,5],[1,2,3,4,5', /line 2: found the end of the file at byte 24; expected a comma or \]/],
    ['[[1,2,3,4,5]', /line 1: found the end of the file at byte 13; expected a comma or the end of the list/],
    ['[[1,2,3,4,5]] x', /line 1: found "x" at byte 15; expected nothing after the list/],
    ['[[1,2,3,4,5],[1,2,nan,4,5]]', /line 2: found "nan,4,5\]\]" .* expected a number, text or null/],
    ['[{"t":1,"t":2,"p":1,"q":1}]', /line 1: found the name "t" twice/],
    ['[{"t":1,"p":1,"q":1},{"t":"never ends', /line 2: found the end of the file .* expected the end of the text/],
    ['[{"t":1,"p":1,"q":"\\x"}]', /line 1: found ""\\x"\}\]" .* expected text as JSON has it/],
  ])('refuses %s with the row, the place and what is expected there', (json, message) => {
    expect(() => read(json)).toThrow(message);
    expect(() => read(json)).toThrow(FormatError);
  });

  it('refuses what is nested a million deep, or never ends, after a few bytes', () => {
    expect(() => read('['.repeat(1_000_000))).toThrow(/line 1: .* at byte 3; expected a number or text inside a row/);
    expect(() => read(`[{"a":${'['.repeat(1_000_000)}`)).toThrow(/line 1: .* at byte 24; expected at most 16 levels/);
    expect(() => read(`[{"a":${'{"a":'.repeat(1_000_000)}`)).toThrow(/expected at most 16 levels/);
    expect(() => read(`[["${'a'.repeat(1_000_000)}"]]`)).toThrow(/expected text of at most 1024 bytes/);
    expect(() => read(`[[${'1'.repeat(1_000_000)}]]`)).toThrow(/expected a value/);
    expect(() => read(`[[${'1,'.repeat(1_000_000)}`)).toThrow(/expected at most 256 values in a row/);
  });

  it('tells how far it is, and stops when it is told to', () => {
    const bytes = new TextEncoder().encode(`[${'[1,2,3,4,5],'.repeat(200_000)}[1,2,3,4,5]]`);
    const shares: number[] = [];
    csvOfJson(bytes, 'x.json', { progress: (share) => void shares.push(share) });
    expect(shares).toHaveLength(3);
    expect(shares.at(-1)).toBeCloseTo(196_608 / 200_001, 4);
    expect(() => csvOfJson(bytes, 'x.json', { signal: AbortSignal.abort(new Error('enough')) })).toThrow('enough');
  });
});
