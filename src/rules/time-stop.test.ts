import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import type { Engine } from '../engine/engine.ts';
import {
  barsTape,
  end,
  entered,
  eventsOf,
  holding,
  merge,
  MINUTE,
  mirrored,
  type Nested,
  NINE_THIRTY,
  readingOf,
  STOCK,
  still,
} from '../engine/testing.ts';

const ON: Nested = { rules: { 'time-stop': { enabled: true } }, autonomy: { 'time-stop': 'auto' } };
const EVERY_PRICE = merge(ON, { evaluateEvery: 'tick' });
/** Seconds after the open at which half an hour has been held since the entry. */
const DUE = 1 + 1_800;

const fired = (engine: Engine): number[] =>
  engine.journal.flatMap(({ event, ts }) => (event.type === 'ProposalOpened' ? [(ts - NINE_THIRTY) / 1_000] : []));

describe.each(['long', 'short'] as Side[])('the time stop of a %s', (side) => {
  const { at } = mirrored(side);
  const run = (prices: [second: number, price: number][], over = EVERY_PRICE): Engine =>
    end(
      holding(
        prices.map(([second, price]) => [second, at(price)] as const),
        over,
        { side },
      ),
    );

  it('[R4] closes what has been held for more than 30 minutes, not for 30, at the next price', () => {
    expect(fired(run([[DUE, 100.1]]))).toEqual([]);
    const engine = run([
      [DUE + 0.001, 100.1],
      [DUE + 1, 100.2],
    ]);
    expect(fired(engine)).toEqual([DUE + 0.001]);
    expect(eventsOf(engine, 'OrderFilled').slice(1)).toMatchObject([
      { purpose: 'close', quantity: '100', price: String(at(100.2)), causedBy: 'time-stop' },
    ]);
    expect(eventsOf(engine, 'ProposalOpened')[0]?.proposal).toMatchObject({
      action: { type: 'close' },
      criteria: [
        { label: 'Time held', comparison: '>', threshold: '30.0m', value: '30.0m', verdict: 'pass' },
        {
          label: 'Open profit',
          comparison: '<',
          threshold: '0.5R',
          value: '0.10R',
          verdict: 'pass',
          level: at(100.5).toFixed(2),
        },
      ],
    });
  });

  it('[R4] leaves a profit of half an R, the level that it names, and takes what is a tick short of it', () => {
    const engine = run([
      [DUE + 1, 100.5],
      [DUE + 2, 101],
    ]);
    expect(fired(engine)).toEqual([]);
    expect(readingOf(engine, 'time-stop')).toMatchObject({ level: at(100.5) });
    expect(
      fired(
        run([
          [DUE + 1, 100.5],
          [DUE + 2, 100.49],
        ]),
      ),
    ).toEqual([DUE + 2]);
  });

  it('[R4] names the time at which it falls due, and decides at the first bar’s close after it', () => {
    const engine = holding(
      [
        [DUE + 30, at(100)],
        [DUE + 90, at(100)],
      ],
      ON,
      { side },
    );
    expect(readingOf(engine, 'time-stop').due).toBe(NINE_THIRTY + DUE * 1_000 + 1);
    engine.run(3);
    // the bar that was open since 09:30 has closed, at 10:00:31; the next closes at 10:01:31
    expect(fired(end(engine))).toEqual([DUE + 30]);
    const early = holding(
      [
        [DUE - 30, at(100)],
        [DUE - 1, at(100)],
        [DUE + 20, at(100)],
        [DUE + 60, at(100)],
      ],
      ON,
      { side },
    );
    expect(fired(end(early))).toEqual([DUE + 60]);
  });

  it('[R4] asks once', () => {
    const waiting = merge(EVERY_PRICE, { autonomy: { 'time-stop': 'approve' }, proposals: { expireAfter: '1d' } });
    expect(
      fired(
        run(
          [
            [DUE + 1, 100],
            [DUE + 2, 100],
            [DUE + 300, 100],
          ],
          waiting,
        ),
      ),
    ).toEqual([DUE + 1]);
  });

  it('[R4] never fires on a profit in an ATR that is not known, and says so', () => {
    const engine = run([[DUE + 1, 100]], merge(EVERY_PRICE, { rules: { 'time-stop': { profit: '1ATR' } } }));
    expect(fired(engine)).toEqual([]);
    expect(readingOf(engine, 'time-stop').criteria[1]).toMatchObject({ value: 'unknown', verdict: 'unknown' });
  });
});

it.each([
  ['30m', [], { value: 'unknown: daily bars have no clock', verdict: 'unknown' }],
  ['2d', [3], { value: '2880.0m', verdict: 'fail' }],
] as const)('[R4] [F19] after %s on daily bars fires on days %j', (after, days, reading) => {
  const DAY = 1_440 * MINUTE;
  const daily = barsTape(still(5, [100, 100, 100, 100]), { ...STOCK, session: 'XNYS' }, NINE_THIRTY - 570 * MINUTE, DAY);
  const engine = entered(daily, merge(ON, { rules: { 'time-stop': { after } } }));
  engine.run(3);
  expect(readingOf(engine, 'time-stop').criteria[0]).toMatchObject(reading);
  expect(fired(end(engine)).map((seconds) => Math.floor((seconds * 1_000) / DAY))).toEqual(days);
});

it('[R4] keeps to a cadence of ten minutes, whatever a bar’s close gives other rules to do', () => {
  // the trail looks at every bar's close because its distance is one ATR
  const over = merge(ON, { evaluateEvery: '10m', rules: { 'trailing-stop': { enabled: true }, 'time-stop': { after: '1m' } } });
  const engine = end(
    holding(
      Array.from({ length: 20 }, (_, i) => [62 + i * 60, 100] as const),
      over,
    ),
  );
  expect(eventsOf(engine, 'ProposalOpened')).toHaveLength(1);
  expect(fired(engine)).toEqual([(10 * MINUTE) / 1_000 + 2]);
});
