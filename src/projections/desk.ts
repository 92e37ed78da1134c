import type { Proposal, ProposalRecord, Urgency } from '../domain/proposal.ts';
import { causeWords, proposalTitle } from './lines.ts';
import type { ChartView, ProposalView } from './views.ts';

const ORDER: Record<Urgency, number> = { critical: 0, high: 1, medium: 2, low: 3 };

/** Proposals that came by themselves and were applied at once are in the journal, not in the queue. */
const shown = ({ proposal }: ProposalRecord): boolean => proposal.autonomy.mode !== 'auto';

/** The quantity that the user may change; null where there is none: a close takes all, a stop move nothing. */
const quantityOf = ({ action, after }: Proposal): string | null =>
  'quantity' in action ? (action.quantity ?? after.quantity) : null;

/** A proposal as a card: everything that a decision needs. */
function proposalView(
  record: ProposalRecord,
  side: 'long' | 'short',
  lot: string,
  tolerance: string,
  outlooks: Pick<Proposal, 'before' | 'after'>,
): ProposalView {
  const { proposal, status, reason, quantity, snoozedUntil } = record;
  return {
    id: proposal.id,
    positionId: proposal.positionId,
    symbol: proposal.symbol,
    rule: proposal.rule,
    kind: proposal.kind,
    title: proposalTitle(proposal, side),
    urgency: proposal.urgency,
    confidence: proposal.confidence,
    riskScore: proposal.riskScore,
    score: proposal.score,
    status,
    reason: reason ?? '',
    autonomy: proposal.autonomy,
    actionable: status === 'proposed' && proposal.autonomy.mode !== 'suggest',
    quantity: quantity ?? quantityOf(proposal),
    quantityStep: lot,
    price: proposal.price,
    ts: proposal.ts,
    expiresAt: proposal.expiresAt,
    appliesAt: proposal.appliesAt,
    snoozedUntil: snoozedUntil ?? null,
    low: proposal.low,
    high: proposal.high,
    tolerance:
      proposal.low !== null && proposal.high !== null
        ? `±${tolerance}`
        : proposal.low !== null || proposal.high !== null
          ? `−${tolerance}`
          : '',
    criteria: proposal.criteria,
    ...outlooks,
  };
}

/**
 * The open proposals by urgency, then the last few that have ended, newest first.
 * @param outlooksOf before and after of an open proposal as of now; what has ended keeps what it was decided on
 */
export function proposalViews(
  records: Iterable<ProposalRecord>,
  sideOf: (positionId: string) => 'long' | 'short',
  lotOf: (symbol: string) => string,
  tolerance: string,
  outlooksOf: (proposal: Proposal) => Pick<Proposal, 'before' | 'after'>,
): ProposalView[] {
  const open: ProposalRecord[] = [];
  let ended: ProposalRecord[] = [];
  for (const record of records) {
    if (!shown(record)) continue;
    if (record.status === 'proposed') open.push(record);
    else ended = [...ended.slice(-4), record];
  }
  open.sort(({ proposal: a }, { proposal: b }) => ORDER[a.urgency] - ORDER[b.urgency] || b.score - a.score || a.ts - b.ts);
  return [...open, ...ended.reverse()].map((record) => {
    const { proposal, status } = record;
    const { before, after } = status === 'proposed' ? outlooksOf(proposal) : proposal;
    return proposalView(record, sideOf(proposal.positionId), lotOf(proposal.symbol), tolerance, { before, after });
  });
}

/** Open proposals as pins on the chart. */
export function pins(records: Iterable<ProposalRecord>, symbol: string): ChartView['pins'] {
  const found: ChartView['pins'] = [];
  for (const { proposal, status } of records) {
    if (status !== 'proposed' || proposal.symbol !== symbol) continue;
    const { action } = proposal;
    const amount =
      action.type === 'add' || action.type === 'enter'
        ? `+${action.quantity ?? proposal.after.quantity}`
        : action.type === 'reduce'
          ? `−${action.quantity}`
          : action.type === 'close'
            ? 'close'
            : 'stop';
    found.push({
      proposalId: proposal.id,
      ts: proposal.ts,
      price: Number(proposal.price),
      text: `${amount} ${causeWords(proposal.rule).replace('-', ' ')}`,
    });
  }
  return found;
}
