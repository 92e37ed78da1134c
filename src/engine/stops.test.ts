import { describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import { end, eventsOf, holding, lastPosition } from './testing.ts';

const refusals = (engine: Engine): string[] => eventsOf(engine, 'CommandRefused').map(({ refusal }) => refusal.code);

describe('stop moves', () => {
  const both = {
    breakeven: { enabled: true, trigger: '2R' },
    'trailing-stop': { enabled: true, activate: '2R', distance: '0.5R' },
  };

  it('of several rules in one step: the tightest wins and the journal names the others', () => {
    const engine = end(holding([102], { rules: both }));
    expect(eventsOf(engine, 'StopRaised')).toMatchObject([{ to: '101.5', causedBy: 'trailing-stop', alsoBy: ['breakeven'] }]);
    const other = end(holding([102], { rules: { ...both, 'trailing-stop': { ...both['trailing-stop'], distance: '2.5R' } } }));
    expect(eventsOf(other, 'StopRaised')).toMatchObject([{ to: '100', causedBy: 'breakeven', alsoBy: ['trailing-stop'] }]);
    expect(eventsOf(other, 'TrailingStarted')).toHaveLength(1);
  });

  it.each([
    ['clamp', '101', 'OPEN'],
    ['exit', '99', 'CLOSING'],
  ])('beyond the price are treated as the policy says: %s', (stopBeyondPrice, stop, wanted) => {
    const rules = { breakeven: { enabled: true, buffer: '1.5%' } };
    const engine = end(holding([101.01], { rules, stopBeyondPrice }));
    expect([lastPosition(engine).stop?.toFixed(), lastPosition(engine).status]).toEqual([stop, wanted]);
  });

  it('that were clamped go on with the price', () => {
    const rules = { breakeven: { enabled: true, buffer: '1.5%' } };
    const engine = end(holding([101, 101.3, 101.2, 101.31, 102], { rules }));
    expect(eventsOf(engine, 'StopRaised').map(({ to }) => to)).toEqual(['100.99', '101.29']);
    expect(lastPosition(engine).status).toBe('CLOSED');
  });

  it('[P1] by the user only tighten, unless loosening is asked for', () => {
    const engine = holding([101, 101]);
    const move = (price: string, loosen = false): void =>
      engine.command({ type: 'MoveStop', positionId: 'TEST-1', price, loosen });
    move('98.5');
    move('99');
    move('100');
    move('99.005');
    expect(refusals(engine)).toEqual(['STOP_LOOSER', 'STOP_UNCHANGED', 'STOP_SIDE', 'TICK_SIZE']);
    move('99.5');
    move('98.5', true);
    expect(eventsOf(engine, 'StopLoosened')).toMatchObject([{ from: '99.5', to: '98.5', causedBy: 'user' }]);
  });

  it('by a rule after the user has loosened come from levels newly reached only', () => {
    const rules = { breakeven: { enabled: true } };
    const engine = holding([101, 101.2, 101.1, 100.9, 101, 101], { rules });
    engine.run(4);
    expect(lastPosition(engine).stop?.toFixed()).toBe('100');
    engine.command({ type: 'MoveStop', positionId: 'TEST-1', price: '99.5', loosen: true });
    expect(lastPosition(engine).stop?.toFixed()).toBe('99.5');
    engine.run(6);
    expect(lastPosition(engine).stop?.toFixed()).toBe('99.5');
    end(engine);
    expect(lastPosition(engine).stop?.toFixed()).toBe('100');
  });

  it('by the trail after the user has loosened come from better prices only', () => {
    const rules = { 'trailing-stop': { enabled: true, activate: '2R', distance: '0.5R' } };
    const engine = holding([102, 103, 102.8, 102.9, 103, 103.01], { rules });
    engine.run(5);
    engine.command({ type: 'MoveStop', positionId: 'TEST-1', price: '101', loosen: true });
    const stops = [6, 7, 8].map((row) => {
      engine.run(row);
      return lastPosition(engine).stop?.toFixed();
    });
    expect(stops).toEqual(['101', '101', '102.51']);
  });

  it('by the user are reckoned at the time of the command, whenever the position was last looked at', () => {
    const rules = { 'age-tighten': { enabled: true, after: '2m', least: '0.1R' } };
    const at = (second: number): string[] => {
      const engine = end(
        holding(
          [
            [2, 100.5],
            [second, 100.6],
          ],
          { rules, evaluateEvery: '1h' },
        ),
      ); // two minutes pass unseen
      engine.command({ type: 'MoveStop', positionId: 'TEST-1', price: '98', loosen: true });
      return eventsOf(engine, 'StopLoosened').flatMap(({ silenced }) => silenced.map(({ rule }) => rule));
    };
    expect([at(100), at(130)]).toEqual([[], ['age-tighten']]);
  });
});
