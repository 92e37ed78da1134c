import type { Urgency } from '../domain/proposal.ts';
import type { JournalLine, ProposalView } from '../projections/views.ts';

const RANK: Record<Urgency, number> = { critical: 0, high: 1, medium: 2, low: 3 };

/** Most urgent first, then what scores higher, then the older one. */
const byUrgency = (a: ProposalView, b: ProposalView): number =>
  RANK[a.urgency] - RANK[b.urgency] || b.score - a.score || a.ts - b.ts || (a.id < b.id ? -1 : 1);

export const isWaiting = (proposal: ProposalView): boolean => proposal.status === 'proposed';
export const isSnoozed = (proposal: ProposalView, now: number | null): boolean =>
  isWaiting(proposal) && proposal.snoozedUntil !== null && now !== null && proposal.snoozedUntil > now;
/** Waits for the user: open, not snoozed, and a decision is asked for. */
export const asksUser = (proposal: ProposalView, now: number | null): boolean =>
  isWaiting(proposal) && proposal.actionable && !isSnoozed(proposal, now);

/**
 * The order in which cards are shown. While nobody points into the queue it is that of urgency. While somebody does (`held`), cards keep
 * their places: newcomers go below the one pointed at, however urgent, and those that ended stay until the pointer has left.
 */
export function arrange(shown: readonly string[], waiting: readonly ProposalView[], held: string | null): string[] {
  const sorted = waiting.toSorted(byUrgency).map((proposal) => proposal.id);
  const at = held === null ? -1 : shown.indexOf(held);
  if (at < 0) return sorted;
  const fixed = shown.slice(0, at + 1);
  const below = shown.slice(at + 1).filter((id) => sorted.includes(id));
  const rest = sorted.filter((id) => !fixed.includes(id));
  const newcomers = rest.filter((id) => !below.includes(id));
  return [...fixed, ...(newcomers.length === 0 ? below : rest)];
}

/** The neighbour of `selected` in `order`, staying at the ends; the first where nothing is selected. */
export function neighbour(order: readonly string[], selected: string | null, by: 1 | -1): string | null {
  const at = selected === null ? -1 : order.indexOf(selected);
  if (at < 0) return order[0] ?? null;
  return order[Math.min(order.length - 1, Math.max(0, at + by))] ?? null;
}

/** A decision on its way: `mark` is what the proposal looked like, `journal` how long the journal was. */
export interface Sent {
  mark: string;
  journal: number;
  run: number;
}

type Marked = Pick<ProposalView, 'snoozedUntil' | 'quantity'> & { status: string };

export const markOf = (proposal: Marked): string =>
  `${proposal.status} ${proposal.snoozedUntil ?? ''} ${proposal.quantity ?? ''}`;

/** True while a decision on `proposal` is on its way: neither has the proposal changed nor was anything refused since. */
export function isPending(
  proposal: Marked,
  sent: Sent | undefined,
  page: { run: number; journal: readonly JournalLine[] },
): boolean {
  if (!sent || sent.run !== page.run || sent.mark !== markOf(proposal)) return false;
  return !page.journal.slice(sent.journal).some((line) => line.kind === 'refusal');
}
