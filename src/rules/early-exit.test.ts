import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import type { Engine } from '../engine/engine.ts';
import {
  type Bar,
  barsTape,
  end,
  entered,
  eventsOf,
  flat,
  holding,
  lastPosition,
  merge,
  MINUTE,
  mirrored,
  type Nested,
  NINE_THIRTY,
  readingOf,
  still,
} from '../engine/testing.ts';

/** The rule with every signal off but those that `signals` switches on. */
const only = (signals: Nested, more: Nested = {}): Nested =>
  merge(
    {
      autonomy: { 'early-exit': 'auto' },
      rules: { 'early-exit': { enabled: true, volume: '0', momentum: false, decay: '0s', level: false, ...signals } },
    },
    more,
  );

/** Minutes after the open at which the exit was proposed. */
const firedAt = (engine: Engine): number[] =>
  engine.journal.flatMap(({ event, ts }) => (event.type === 'ProposalOpened' ? [(ts - NINE_THIRTY) / MINUTE] : []));
const evidence = (engine: Engine, index: number) => eventsOf(engine, 'ProposalOpened')[0]?.proposal.criteria[index];

describe.each(['long', 'short'] as Side[])('an early exit of a %s', (side) => {
  const { at, bar } = mirrored(side);
  const stop = String(at(90));
  const run = (bars: readonly Bar[], over: Nested, rows = 1): Engine =>
    entered(barsTape(bars.map(bar)), over, { side, stop }, 'adverse-first', rows);
  /** The first bar, the one that is entered at its open, and what follows, all at one price. */
  const held = (price: number, bars: number, over: Nested): Engine =>
    run([flat(100), [100, Math.max(100, price), Math.min(100, price), price], ...still(bars, flat(price))], over);

  describe('whose time runs out', () => {
    const decay = only({ decay: '15m' });

    it('[R3] fires at the first evaluation after more than 15 minutes, not at 15 minutes, and fills at the next price', () => {
      // bought at 09:31: the bar that closes at 09:46 is fifteen minutes later to the millisecond
      const engine = held(99.99, 20, decay);
      expect(readingOf(engine, 'early-exit')).toMatchObject({ state: 'waiting', level: Number.NaN });
      end(engine);
      expect(firedAt(engine)).toEqual([17]);
      expect(eventsOf(engine, 'OrderFilled').slice(1)).toMatchObject([
        { purpose: 'close', quantity: '100', price: String(at(99.99)), causedBy: 'early-exit' },
      ]);
      expect(evidence(engine, 0)).toMatchObject({ label: 'Price against entry', verdict: 'pass' });
      expect(evidence(engine, 1)).toEqual({
        any: true,
        label: 'Time held',
        comparison: '>',
        threshold: '15.0m',
        value: '16.0m',
        verdict: 'pass',
      });
    });

    it.each([
      [901, []],
      [901.001, [15 + 1.001 / 60]],
    ])('[R3] evaluated at every price, fires a millisecond after 15 minutes: held until second %d', (second, wanted) => {
      const engine = end(holding([[second, at(99.99)]], { ...decay, evaluateEvery: 'tick' }, { side }));
      expect(firedAt(engine)).toEqual(wanted.map((minute) => expect.closeTo(minute, 6)));
    });

    it('[R3] leaves a position that stands at its entry, a tick short of losing, and names the entry as its level', () => {
      const engine = held(100, 20, decay);
      expect(readingOf(engine, 'early-exit').level).toBe(100);
      end(engine);
      expect(firedAt(engine)).toEqual([]);
      expect(readingOf(engine, 'early-exit')).toMatchObject({ state: 'armed', level: 100 });
    });

    it('[R3] leaves a winner, but not where the policy says always', () => {
      expect(firedAt(end(held(101, 20, decay)))).toEqual([]);
      const always = end(held(101, 20, only({ decay: '15m', when: 'always' })));
      expect(firedAt(always)).toEqual([17]);
      expect(eventsOf(always, 'ProposalOpened')[0]?.proposal.criteria.map(({ label }) => label)).toEqual([
        'Time held',
        'Recovery probability',
      ]);
    });

    it('[R3] asks once, however long nobody answers', () => {
      const engine = end(
        held(99.99, 30, merge(decay, { autonomy: { 'early-exit': 'approve' }, proposals: { expireBars: 100 } })),
      );
      expect(firedAt(engine)).toEqual([17]);
    });
  });

  describe('whose volume dries up', () => {
    const dry = only({ volume: '0.5' }, { indicators: { volume: 1 } });

    it('[R3] fires below half of the volume at the entry, not at half of it', () => {
      // the bar that closed last before the entry had 1 000
      const engine = run([flat(100), [100, 100, 99.5, 99.5, 700], flat(99.5, 500), flat(99.5, 499), flat(99.5, 499)], dry);
      expect(readingOf(engine, 'early-exit').state).toBe('waiting');
      end(engine);
      expect(firedAt(engine)).toEqual([4]);
      expect(evidence(engine, 1)).toEqual({
        any: true,
        label: 'Volume against entry',
        comparison: '<',
        threshold: '0.5×',
        value: '0.50×',
        verdict: 'pass',
      });
      expect(eventsOf(engine, 'PositionClosed')).toMatchObject([{ causedBy: 'early-exit' }]);
    });

    it('[R3] never fires on a volume at the entry that was not known, and says so', () => {
      const engine = run([flat(100), [100, 100, 99.5, 99.5], ...still(12, flat(99.5, 1))], only({ volume: '0.5' }));
      end(engine);
      expect(firedAt(engine)).toEqual([]);
      expect(readingOf(engine, 'early-exit').criteria[1]).toMatchObject({ value: 'unknown', verdict: 'unknown' });
    });
  });

  describe('whose momentum turns', () => {
    const turned = only({ momentum: true }, { indicators: { macdFast: 1, macdSlow: 2, macdSignal: 2 } });
    /** The first closes before the entry, which is made at 100, the bar's open; the last bar closes where the one before did. */
    const closing = (before: readonly number[], after: readonly number[], over = turned): Engine => {
      const [first = 100, ...rest] = after;
      const entry: Bar = [100, Math.max(100, first), Math.min(100, first), first];
      return run(
        [...before.map((close) => flat(close)), entry, ...[...rest, after.at(-1) ?? 100].map((close) => flat(close))],
        over,
        before.length,
      );
    };

    it('[R3] fires at the close at which MACD has crossed its signal against the position', () => {
      // over its signal by 0.0444 at the entry, by 0.0066 at 99.4, under it by 0.0458 at 99.6
      const engine = closing([97, 97, 97, 97, 97.4], [98, 98.8, 99.4, 99.6]);
      engine.run(8);
      expect(readingOf(engine, 'early-exit').criteria[1]).toEqual({
        any: true,
        label: 'MACD crossed against the position',
        comparison: '<',
        threshold: '0',
        value: '+0.0066',
        verdict: 'fail',
      });
      end(engine);
      expect(firedAt(engine)).toEqual([9]);
      expect(evidence(engine, 1)).toMatchObject({ value: '-0.0458', verdict: 'pass' });
    });

    it('[R3] fires at the first close after the entry where MACD was over its signal at the last one before', () => {
      expect(firedAt(end(closing([97, 97, 97, 97, 97.4], [97.1, 97.1])))).toEqual([6]);
    });

    it('[R3] does not fire on a cross that was there before the entry, only on the next one', () => {
      const engine = closing([104, 103.5, 103, 102], [100, 98, 95, 95.5, 97, 96.5]);
      engine.run(7);
      expect(readingOf(engine, 'early-exit').criteria[1]).toMatchObject({ value: 'not crossed since entry', verdict: 'fail' });
      end(engine);
      expect(firedAt(engine)).toEqual([10]);
    });

    it('[R3] never fires on a MACD that is not known, and says so', () => {
      const engine = end(closing([97, 97], [98, 98.8, 99.4, 99.6], only({ momentum: true })));
      expect(firedAt(engine)).toEqual([]);
      expect(readingOf(engine, 'early-exit').criteria[1]).toMatchObject({ value: 'unknown', verdict: 'unknown' });
    });
  });

  describe('whose level is broken', () => {
    const broken = only({ level: true });

    it('[R3] fires beyond the level that was nearest behind the entry, not at it', () => {
      // the first bar's low is the support of an entry at 100
      const engine = run([[100, 100.5, 99, 100], [100, 100, 99, 99], flat(98.99), flat(98.99)], broken);
      engine.run(2);
      expect(firedAt(engine)).toEqual([]);
      expect(readingOf(engine, 'early-exit').criteria[1]).toEqual({
        any: true,
        label: 'Level behind the entry broken',
        comparison: side === 'long' ? '<' : '>',
        threshold: at(99).toFixed(2),
        value: at(99).toFixed(2),
        verdict: 'fail',
        level: at(99).toFixed(2),
      });
      end(engine);
      expect(firedAt(engine)).toEqual([3]);
      expect(evidence(engine, 1)).toMatchObject({ value: at(98.99).toFixed(2), verdict: 'pass' });
    });

    it('[R3] keeps to the level of the entry, whatever levels form afterwards', () => {
      const engine = run([[100, 100.5, 95, 100], [100, 100, 97, 99], flat(98), flat(96), flat(95)], broken);
      expect(firedAt(end(engine))).toEqual([]);
    });

    it('[R3] never fires where no level was known behind the entry, and says so', () => {
      const engine = end(run([[100, 101, 100, 101], [100, 100, 95, 95], flat(93)], broken));
      expect(firedAt(engine)).toEqual([]);
      expect(readingOf(engine, 'early-exit').criteria[1]).toMatchObject({ threshold: 'unknown', verdict: 'unknown' });
    });
  });

  it('[R3] leaves the recovery model out while there is none: it neither fires nor holds another signal back', () => {
    const engine = end(held(95, 30, only({})));
    expect(firedAt(engine)).toEqual([]);
    expect(readingOf(engine, 'early-exit').criteria[1]).toEqual({
      any: true,
      label: 'Recovery probability',
      comparison: '<',
      threshold: '0.30',
      value: 'not used: no model',
      verdict: 'left-out',
    });
  });

  it('[R3] records what it saves against the stop: entry 100, stop 98, out at 99 after a quarter of an hour saves half (S0)', () => {
    const bars = [flat(100), [100, 100, 99, 99] as const, ...still(17, flat(99))];
    const engine = entered(barsTape(bars.map(bar)), only({ decay: '15m' }), { side, stop: String(at(98)) });
    end(engine);
    expect(eventsOf(engine, 'SavingRecorded')).toEqual([
      {
        type: 'SavingRecorded',
        positionId: 'TEST-1',
        rule: 'early-exit',
        stop: String(at(98)),
        atStop: '-200',
        actual: '-100',
        saved: '100',
        savedPercent: '50',
      },
    ]);
    expect(lastPosition(engine).realizedPnl.toFixed()).toBe('-100');
  });

  it('[R3] records no saving where the stop no longer stood for a loss', () => {
    const engine = holding(
      [at(101), [100, at(101)], [902, at(101)], [903, at(101)]],
      only({ decay: '15m', when: 'always' }, { evaluateEvery: 'tick' }),
      { side },
    );
    engine.run(3);
    engine.command({ type: 'MoveStop', positionId: 'TEST-1', price: '100', loosen: false });
    end(engine);
    expect(eventsOf(engine, 'PositionClosed')).toMatchObject([{ causedBy: 'early-exit' }]);
    expect(eventsOf(engine, 'SavingRecorded')).toEqual([]);
  });
});
