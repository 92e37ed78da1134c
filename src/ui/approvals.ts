import { create } from 'zustand';
import type { ProposalView } from '../projections/views.ts';
import { choose, useChoices } from './choices.ts';
import { command, show } from './engine.ts';
import { arrange, isPending, isSnoozed, isWaiting, markOf, neighbour, type Sent } from './queue.ts';
import { usePage } from './store.ts';

/** How long a snoozed proposal is out of the way, in market time. */
const SNOOZE_MS = 60_000;
/** How long a decided card keeps its place and the selection, so that a second press of a key meets the same card and not the next. */
const LINGER_MS = 900;

/** A proposal as a card; "gone" when the worker no longer speaks of it. */
export type Card = Omit<ProposalView, 'status'> & { status: ProposalView['status'] | 'gone' };

/** The queue as it is shown. */
interface Approvals {
  /** in the order shown; a card that has ended stays a moment, with its last state */
  cards: Card[];
  /** the card the pointer is on: it does not move */
  held: string | null;
  selected: string | null;
  /** the card whose quantity is being edited */
  editing: string | null;
  /** decisions on their way */
  sent: Record<string, Sent>;
}

export const useApprovals = create<Approvals>(() => ({ cards: [], held: null, selected: null, editing: null, sent: {} }));

let lingering: string | null = null;

function refresh(): void {
  const { proposals, clock } = usePage.getState();
  const { cards, held, selected, editing } = useApprovals.getState();
  const now = clock?.ts ?? null;
  const waiting = proposals.filter((proposal) => isWaiting(proposal) && !isSnoozed(proposal, now));
  const waits = new Set(waiting.map(({ id }) => id));
  if (selected !== null && !waits.has(selected) && lingering !== selected) {
    lingering = selected;
    setTimeout(() => release(selected), LINGER_MS);
  }
  const shown = cards.map(({ id }) => id);
  const order = arrange(shown, waiting, held ?? lingering);
  const known = new Map<string, Card>([...cards.map(gone), ...proposals].map((card) => [card.id, card]));
  const next = order.flatMap((id) => known.get(id) ?? []);
  const first = next.find((card) => waits.has(card.id) && card.actionable) ?? next.find((card) => waits.has(card.id));
  useApprovals.setState({
    cards: sameCards(cards, next) ? cards : next,
    selected: selected ?? first?.id ?? null,
    editing: editing !== null && waits.has(editing) ? editing : null,
  });
}

const gone = (card: Card): Card => (card.status === 'proposed' ? { ...card, status: 'gone' } : card);
const sameCards = (a: Card[], b: Card[]): boolean => a.length === b.length && a.every((card, at) => card === b[at]);

function release(id: string): void {
  if (lingering === id) lingering = null;
  useApprovals.setState((state) => (state.selected === id ? { selected: null } : {}));
  refresh();
}

usePage.subscribe((page, before) => {
  if (page.run !== before.run) useApprovals.setState({ sent: {}, editing: null });
  const snoozeOver = page.clock !== before.clock && page.proposals.some((proposal) => proposal.snoozedUntil !== null);
  if (page.proposals !== before.proposals || snoozeOver) refresh();
});

export function hold(id: string | null): void {
  if (useApprovals.getState().held === id) return;
  useApprovals.setState({ held: id });
  if (id === null) refresh();
}

/** Selects a card at the user's wish: its instrument comes on the chart. */
export function select(id: string): void {
  useApprovals.setState({ selected: id });
  const symbol = find(id)?.symbol;
  if (symbol !== undefined) show(symbol);
}
export const edit = (id: string | null): void => useApprovals.setState({ editing: id });

const find = (id: string | null): ProposalView | undefined => usePage.getState().proposals.find((proposal) => proposal.id === id);

/** Sends one decision on a proposal. While it is on its way, or where none is possible, nothing is sent. */
function decide(id: string, send: (proposal: ProposalView) => void): void {
  const page = usePage.getState();
  const proposal = find(id);
  const { sent } = useApprovals.getState();
  if (!proposal || page.dead || !isWaiting(proposal) || isPending(proposal, sent[id], page)) return;
  // a tab that looks on is refused: there is nothing to wait for
  const drives = page.tab === null || page.tab.role === 'driver';
  const mark: Sent = { mark: markOf(proposal), journal: page.journal.length, run: page.run };
  useApprovals.setState({ selected: id, editing: null, sent: drives ? { ...sent, [id]: mark } : sent });
  send(proposal);
}

export const approve = (id: string, quantity?: string): void =>
  decide(id, () => command({ type: 'ApproveProposal', proposalId: id, ...(quantity === undefined ? {} : { quantity }) }));
export const reject = (id: string): void => decide(id, () => command({ type: 'RejectProposal', proposalId: id }));
export const snooze = (id: string): void =>
  decide(id, () => command({ type: 'SnoozeProposal', proposalId: id, forMs: SNOOZE_MS }));

/** Runs `act` on the selected card. While the queue is out of sight it is only brought to the front: nobody decides on what they do not see. */
export function onSelected(act: (id: string) => void): void {
  const { selected } = useApprovals.getState();
  const seen = useChoices.getState().sideTab === 'approvals';
  choose({ sideTab: 'approvals' });
  if (seen && selected !== null) act(selected);
}

export function moveSelection(by: 1 | -1): void {
  const { cards, selected } = useApprovals.getState();
  const next = neighbour(
    cards.map(({ id }) => id),
    selected,
    by,
  );
  choose({ sideTab: 'approvals' });
  useApprovals.setState({ selected: next, editing: null });
  if (next !== null) select(next);
}

export function editQuantity(id: string): void {
  const proposal = find(id);
  if (proposal?.actionable && isWaiting(proposal) && proposal.quantity !== null) edit(id);
}
