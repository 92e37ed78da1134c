import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Command } from '../domain/commands.ts';
import type { JournalLine, ProposalView } from '../projections/views.ts';

const sent: Command[] = [];
const charts: string[] = [];
vi.mock('./engine.ts', () => ({
  command: (command: Command) => void sent.push(command),
  show: (symbol: string) => void charts.push(symbol),
}));
vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {}, removeItem: () => {} });
const { approve, editQuantity, hold, moveSelection, reject, select, snooze, useApprovals } = await import('./approvals.ts');
const { emptyState, usePage } = await import('./store.ts');

const proposal = (id: string, more: Partial<ProposalView> = {}): ProposalView =>
  ({
    id,
    ts: 0,
    symbol: 'TSLA',
    score: 0,
    urgency: 'high',
    status: 'proposed',
    reason: '',
    snoozedUntil: null,
    quantity: '10',
    actionable: true,
    ...more,
  }) as ProposalView;
const show = (...proposals: ProposalView[]): void => usePage.setState({ proposals });
const shown = (): string[] => useApprovals.getState().cards.map(({ id, status }) => `${id} ${status}`);

beforeEach(() => {
  vi.useFakeTimers();
  sent.length = 0;
  charts.length = 0;
  usePage.setState({ ...emptyState, run: usePage.getState().run + 1 });
  vi.runAllTimers();
});
afterEach(() => vi.useRealTimers());

describe('deciding', () => {
  it('[F12] twice on the same card sends one command', () => {
    show(proposal('a'));
    approve('a');
    approve('a', '5');
    reject('a');
    snooze('a');
    expect(sent).toEqual([{ type: 'ApproveProposal', proposalId: 'a' }]);
  });

  it('is possible again after a refusal', () => {
    show(proposal('a'));
    approve('a', '5000');
    usePage.setState({ journal: [{ kind: 'refusal' } as JournalLine] });
    approve('a', '5');
    expect(sent.map((command) => 'quantity' in command && command.quantity)).toEqual(['5000', '5']);
  });

  it('[F13] in a tab that only looks on is asked of the one that drives each time, which refuses it', () => {
    show(proposal('a'));
    usePage.setState({ tab: { role: 'mirror' } });
    approve('a');
    approve('a');
    expect(sent).toHaveLength(2);
    usePage.setState({ tab: { role: 'driver' } });
    approve('a');
    approve('a');
    expect(sent).toHaveLength(3);
  });

  it('[P9] on what is no longer open, or with a stopped engine, sends nothing', () => {
    show(proposal('a', { status: 'expired' }), proposal('b'));
    approve('a');
    approve('never seen');
    usePage.setState({ dead: true });
    approve('b');
    expect(sent).toEqual([]);
  });

  it('snoozes for a minute of market time', () => {
    show(proposal('a'));
    snooze('a');
    expect(sent).toEqual([{ type: 'SnoozeProposal', proposalId: 'a', forMs: 60_000 }]);
  });
});

describe('the selected card', () => {
  it('is the first that can be decided, and stays selected when a more urgent one comes', () => {
    show(proposal('a'), proposal('hint', { actionable: false, urgency: 'critical' }));
    expect(useApprovals.getState().selected).toBe('a');
    show(proposal('a'), proposal('b', { urgency: 'critical' }));
    expect(shown()).toEqual(['b proposed', 'a proposed']);
    expect(useApprovals.getState().selected).toBe('a');
  });

  it('[F12] keeps the selection for a moment after its end, so that a second press does not decide on the next card', () => {
    show(proposal('a'), proposal('b', { ts: 1 }));
    approve('a');
    show(proposal('a', { status: 'applied' }), proposal('b', { ts: 1 }));
    expect(useApprovals.getState().selected).toBe('a');
    expect(shown()).toEqual(['a applied', 'b proposed']);
    vi.advanceTimersByTime(1_000);
    expect(useApprovals.getState().selected).toBe('b');
    expect(shown()).toEqual(['b proposed']);
  });

  it('does not move under the pointer when another comes or the one above goes', () => {
    show(proposal('a'), proposal('b', { ts: 1 }));
    hold('b');
    show(proposal('b', { ts: 1 }), proposal('c', { urgency: 'critical', ts: 2 }));
    vi.advanceTimersByTime(1_000);
    expect(shown()).toEqual(['a gone', 'b proposed', 'c proposed']);
    hold(null);
    expect(shown()).toEqual(['c proposed', 'b proposed']);
  });

  it('[F12] and what was sent outlast another instrument on the chart', () => {
    show(proposal('a'));
    approve('a');
    usePage.setState({ epoch: 9 });
    approve('a');
    expect(sent).toHaveLength(1);
  });

  it('chosen by hand shows the chart of its instrument; chosen by itself it does not', () => {
    show(proposal('a'), proposal('b', { ts: 1, symbol: 'AMZN' }));
    expect(charts).toEqual([]);
    select('b');
    moveSelection(-1);
    expect(charts).toEqual(['AMZN', 'TSLA']);
  });

  it('moves with the arrows', () => {
    show(proposal('a'), proposal('b', { ts: 1 }));
    moveSelection(1);
    expect(useApprovals.getState().selected).toBe('b');
    moveSelection(-1);
    expect(useApprovals.getState().selected).toBe('a');
  });
});

it('a quantity is edited only where there is one to edit', () => {
  show(proposal('a', { quantity: null }), proposal('b', { actionable: false }), proposal('c'));
  for (const id of ['a', 'b']) {
    editQuantity(id);
    expect(useApprovals.getState().editing).toBeNull();
  }
  editQuantity('c');
  expect(useApprovals.getState().editing).toBe('c');
});

it('a snoozed card leaves the queue and comes back in market time', () => {
  show(proposal('a', { snoozedUntil: 60_000 }));
  expect(shown()).toEqual(['a proposed']);
  usePage.setState({ clock: { ts: 30_000 } as NonNullable<typeof emptyState.clock> });
  vi.advanceTimersByTime(1_000);
  expect(shown()).toEqual([]);
  usePage.setState({ clock: { ts: 60_000 } as NonNullable<typeof emptyState.clock> });
  expect(shown()).toEqual(['a proposed']);
});
