import { describe, expect, it } from 'vitest';
import type { ChartView } from '../../projections/views.ts';
import { candidateLevels, levelsOf } from './levels.ts';
import type { Ground, Subject } from './scene.ts';
import type { Theme } from './theme.ts';

const level = (price: number, label: string, positionId = 'X-1') => ({ price, label, positionId });
const view = (...nextLevels: ChartView['nextLevels']): ChartView => ({ positions: [], nextLevels, pins: [], orders: [] });
const ground = { last: 100, theme: { muted: 'grey', faint: 'faint', text: 'ink' } as Theme } as Ground;
const subject = (over: Partial<Subject>): Subject => ({
  view: view(),
  preview: null,
  candidate: [],
  branches: [],
  drag: null,
  selectedProposalId: null,
  showLevels: true,
  showR: false,
  ...over,
});

describe('levels of a policy that is not applied', () => {
  it('stand beside those in force, dotted and outlined, and say that they are not applied', () => {
    const levels = levelsOf(
      ground,
      subject({ view: view(level(101, 'breakeven 1R')), candidate: [level(102, 'breakeven 2R'), level(101, 'breakeven 1R')] }),
    );
    expect(levels.map(({ kind, price, label }) => [kind, price, label])).toEqual([
      ['next', 101, 'breakeven 1R'],
      ['candidate', 102, 'breakeven 2R · not applied'],
      ['last', 100, ''],
    ]);
    expect(levels[1]).toMatchObject({ outlined: true, color: 'grey', positionId: null });
    expect(levels[1]?.dash).not.toEqual([]);
  });

  it('are shown while they are asked for, even where the levels in force are switched off', () => {
    const levels = levelsOf(ground, subject({ showLevels: false, candidate: [level(102, 'breakeven 2R')] }));
    expect(levels.map(({ kind }) => kind)).toEqual(['candidate', 'last']);
  });

  it.each([
    ['at the same price for the same reason', level(101, 'breakeven 1R'), 0],
    ['at another price', level(101.5, 'breakeven 1R'), 1],
    ['for another reason', level(101, 'breakeven 2R'), 1],
    ['of another position', level(101, 'breakeven 1R', 'X-2'), 1],
  ])('that are there already are not drawn twice: one %s', (_, candidate, count) => {
    expect(candidateLevels(view(level(101, 'breakeven 1R')), [candidate])).toHaveLength(count);
  });
});
