import { dec, money } from '../domain/decimal.ts';
import { valueAt } from '../domain/document.ts';
import type { Event, JournalRecord, Refusal } from '../domain/events.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { JournalKind, JournalLine, Tone } from './views.ts';

const RULE_WORDS: Record<string, string> = {
  'stop-loss': 'stop',
  'take-profit': 'target',
  'session-flat': 'session flat',
  'partial-exit': 'partial exit',
  breakeven: 'breakeven',
  'trailing-stop': 'trailing',
  'scale-in': 'scale-in',
  'emergency-stop': 'stop all',
  'early-exit': 'early exit',
  'time-stop': 'time stop',
  'profit-potential': 'profit potential',
  'technical-stop': 'technical stop',
  'volatility-tighten': 'volatility',
  'age-tighten': 'age',
  'daily-loss': 'daily loss',
  'drawdown-halt': 'drawdown halt',
  'tranche-entry': 'entry plan',
  policy: 'the new policy',
  user: 'by hand',
  entries: 'entry file',
};

/** A rule or cause as the page writes it. */
export const causeWords = (cause: string): string => (Object.hasOwn(RULE_WORDS, cause) ? RULE_WORDS[cause] : undefined) ?? cause;

const byWords = (cause: string): string => (cause === 'user' ? causeWords(cause) : `by ${causeWords(cause)}`);

/** A refusal with its figure and limit, where it has them. */
export const refusalWords = ({ message, figure, limit }: Refusal): string =>
  message + (figure !== undefined && limit !== undefined ? ` (${figure} against ${limit})` : '');

/** What a fill has that a plain one has not: the market jumped over its price, or one bar touched stop and target alike. '' for a plain one. */
export const fillNote = ({ gapped, ambiguous }: { gapped: boolean; ambiguous?: true | undefined }): string =>
  [...(gapped ? ['gapped'] : []), ...(ambiguous ? ['stop and target in one bar'] : [])].join(' · ');

const alsoWords = (rules: readonly string[]): string => (rules.length > 0 ? ` (also ${rules.map(causeWords).join(', ')})` : '');

/** "Scale in · buy 10 TSLA", "Partial exit · sell 10 TSLA", "Breakeven · stop to 304.83 (also trailing)" */
export function proposalTitle({ action, alsoBy, rule, symbol, before, after }: Proposal, side: 'long' | 'short'): string {
  const name = causeWords(rule);
  const title = name.charAt(0).toUpperCase() + name.slice(1).replace('-', ' ');
  const exit = side === 'long' ? 'sell' : 'buy';
  switch (action.type) {
    case 'close':
      return `${title} · ${exit} all ${before.quantity} ${symbol}`;
    case 'reduce':
      return `${title} · ${exit} ${action.quantity} ${symbol}`;
    case 'add':
      return `${title} · ${side === 'long' ? 'buy' : 'sell'} ${action.quantity} ${symbol}`;
    case 'enter':
      return `${title} · ${action.side === 'long' ? 'buy' : 'sell'} ${action.quantity ?? after.quantity} ${symbol}`;
    case 'move-stop':
      return `${title} · stop to ${action.price}${alsoWords(alsoBy ?? [])}`;
    default:
      return action satisfies never;
  }
}

/** A decimal with its sign and two places, for a sentence. */
const signed = (value: string): string => {
  const rounded = money(dec(value));
  return rounded.startsWith('-') ? `−${rounded.slice(1)}` : `+${rounded}`;
};

/** What a line needs beyond its record. */
export interface Surroundings {
  sideOf(positionId: string): 'long' | 'short';
  /** title of a proposal, by its id */
  titleOf(proposalId: string): string;
  /** decimals of a price on the tick grid of a position's instrument */
  decimalsOf(positionId: string | null): number;
  /** the position that a proposal is about */
  positionOf(proposalId: string): string | null;
  symbolOf(positionId: string): string | null;
}

/** A price with at least the grid's decimals; finer prints keep theirs. */
export function pricePadded(price: string, decimals: number): string {
  const [whole, part = ''] = price.split('.');
  return decimals === 0 && part === '' ? price : `${whole}.${part.padEnd(decimals, '0')}`;
}

interface Words {
  kind: JournalKind;
  tone: Tone;
  text: string;
  rule?: string;
  price?: string;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function commandWords(command: Extract<Event, { type: 'CommandReceived' }>['command'], titleOf: (id: string) => string): string {
  switch (command.type) {
    case 'PlaceEntry':
      return `Enter ${command.side} ${command.quantity ?? 'sized by the policy'} ${command.symbol}, ${command.kind}${command.source === 'entries' ? ' (entry file)' : ''}`;
    case 'ApproveProposal':
      return `Approve: ${titleOf(command.proposalId)}${command.quantity === undefined ? '' : ` with ${command.quantity}`}`;
    case 'RejectProposal':
      return `Reject: ${titleOf(command.proposalId)}`;
    case 'SnoozeProposal':
      return `Snooze: ${titleOf(command.proposalId)}`;
    case 'ReducePosition':
      return `Reduce ${command.positionId} by ${command.quantity}`;
    case 'ClosePosition':
      return `Close ${command.positionId}`;
    case 'MoveStop':
      return `Move the stop of ${command.positionId} to ${command.price}${command.loosen ? ' (looser)' : ''}`;
    case 'MoveTarget':
      return command.price === null
        ? `Remove the target of ${command.positionId}`
        : `Move the target of ${command.positionId} to ${command.price}`;
    case 'CancelOrder':
      return `Cancel ${command.orderId}`;
    case 'SetAutonomyLevel':
      return `Autonomy: ${command.level}`;
    case 'SetAutonomy':
      return `Autonomy of ${command.kind}: ${command.autonomy.mode}`;
    case 'SetPolicy':
      return `Policy: ${policyName(command.policy)}`;
    case 'ResetPeak':
      return `Count the drawdown from here: ${command.reason}`;
    case 'SetHold':
      return command.on ? 'Hold back what adds risk' : 'Let what adds risk go on';
    case 'StopAll':
      return 'Stop all';
    default:
      return command satisfies never;
  }
}

/** More changed keys than this are counted, not named. */
const MOST_KEYS = 3;

function changedKeys(changes: readonly { path: string }[]): string {
  const named = changes.slice(0, MOST_KEYS).map(({ path }) => path);
  const more = changes.length - named.length;
  return `changed ${[...named, ...(more > 0 ? [`${more} more`] : [])].join(', ') || 'nothing'}`;
}

const policyName = (written: unknown): string => {
  const name = valueAt(written, 'name');
  return typeof name === 'string' ? name : 'without a name';
};

function words(event: Event, { sideOf, titleOf, decimalsOf }: Surroundings, positionId: string | null): Words {
  const decimals = decimalsOf(positionId);
  const px = (price: string): string => pricePadded(price, decimals);
  switch (event.type) {
    case 'SessionStarted':
      return {
        kind: 'session',
        tone: 'muted',
        text: `Session started · ${event.tapes.map(({ instrument, rows }) => `${instrument.symbol} ${rows} rows`).join(', ')} · ${event.barPath}${event.tapes.some(({ synthetic }) => synthetic) ? ' · synthetic' : ''}`,
      };
    case 'CommandReceived':
      return {
        kind: 'command',
        tone: event.command.type === 'StopAll' ? 'plain' : 'muted',
        text: commandWords(event.command, titleOf),
      };
    case 'CommandRefused':
      return { kind: 'refusal', tone: 'waits', text: `Refused: ${refusalWords(event.refusal)}` };
    case 'EntryDenied':
      return { kind: 'refusal', tone: 'waits', text: `Entry denied: ${refusalWords(event.refusal)}` };
    case 'OrderPlaced': {
      const { order } = event;
      return {
        kind: 'order',
        tone: order.causedBy === 'user' ? 'plain' : 'muted',
        text: `${capital(order.side)} ${order.quantity} ${order.kind}${order.price === undefined ? '' : ` at ${px(order.price)}`} · ${causeWords(order.causedBy)}${order.note === undefined ? '' : ` · ${order.note}`}`,
        rule: order.causedBy,
      };
    }
    case 'OrderCanceled':
      return { kind: 'order', tone: 'plain', text: `Order ${event.orderId} cancelled: ${event.reason}` };
    case 'OrderFilled':
      return {
        kind: 'order',
        tone:
          event.purpose === 'stop' || event.purpose === 'liquidation'
            ? 'stop'
            : event.purpose === 'target'
              ? 'target'
              : event.side === 'buy'
                ? 'up'
                : 'down',
        text: `${event.side === 'buy' ? 'Bought' : 'Sold'} ${event.quantity} @ ${px(event.price)} · ${[causeWords(event.causedBy), fillNote(event)].filter(Boolean).join(' · ')}`,
        rule: event.causedBy,
        price: event.price,
      };
    case 'PositionOpened':
      return { kind: 'position', tone: 'muted', text: `${event.positionId} ${event.side}` };
    case 'TrancheOpened':
      return {
        kind: 'position',
        tone: 'plain',
        text: `Tranche ${event.trancheId.split('.').at(-1)} · ${event.quantity} @ ${px(event.price)}${event.strength === undefined ? '' : ` · signal ${dec(event.strength).toFixed(2)}`}`,
        price: event.price,
      };
    case 'TranchesReduced':
      return {
        kind: 'position',
        tone: 'muted',
        text: `Taken from ${event.exits.map((exit) => `${exit.trancheId}: ${exit.quantity}`).join(', ')}`,
      };
    case 'StopSet':
      return { kind: 'stop', tone: 'stop', text: `Stop set ${px(event.price)} · R = ${event.r}`, price: event.price };
    case 'StopRaised': {
      const verb = sideOf(event.positionId) === 'long' ? 'raised' : 'lowered';
      return {
        kind: 'stop',
        tone: 'stop',
        text: `Stop ${verb} ${px(event.from)} → ${px(event.to)} · ${causeWords(event.causedBy)}${alsoWords(event.alsoBy)}`,
        rule: event.causedBy,
        price: event.to,
      };
    }
    case 'StopLoosened':
      return {
        kind: 'stop',
        tone: 'waits',
        text: `Stop loosened ${px(event.from)} → ${px(event.to)} · by hand`,
        price: event.to,
      };
    case 'TargetSet':
      return {
        kind: 'order',
        tone: 'target',
        text: event.to === null ? 'Target removed' : `Target set ${px(event.to)}`,
        ...(event.to === null ? {} : { price: event.to }),
      };
    case 'TrailingStarted':
      return { kind: 'stop', tone: 'stop', text: `Trailing from ${px(event.price)}`, rule: 'trailing-stop', price: event.price };
    case 'StepsDone':
      return {
        kind: 'position',
        tone: 'muted',
        text: `${capital(causeWords(event.rule))}: step ${event.steps.map((step) => step + 1).join(', ')} done`,
        rule: event.rule,
      };
    case 'SavingRecorded':
      return {
        kind: 'position',
        tone: event.saved.startsWith('-') ? 'down' : 'up',
        text: `${capital(causeWords(event.rule))} saved ${signed(event.saved)} of ${signed(event.atStop)} at the stop ${px(event.stop)} · ${dec(event.savedPercent).toFixed(1)}%`,
        rule: event.rule,
      };
    case 'PositionStatusChanged':
      return {
        kind: 'position',
        tone: 'muted',
        text: `${event.positionId} ${event.from.toLowerCase()} → ${event.to.toLowerCase()}`,
      };
    case 'PositionClosed':
      return {
        kind: 'position',
        tone: event.realizedPnl.startsWith('-') ? 'down' : 'up',
        text: `${event.positionId} closed ${byWords(event.causedBy)} · ${signed(event.realizedPnl)}${event.profitR === null ? '' : ` · ${signed(event.profitR)}R`}`,
        price: event.averageExit,
      };
    case 'ProposalOpened':
      return {
        kind: 'proposal',
        tone: event.proposal.autonomy.mode === 'auto' ? 'muted' : 'waits',
        text: `${proposalTitle(event.proposal, sideOf(event.proposal.positionId))} · proposed`,
        rule: event.proposal.rule,
        price: event.proposal.price,
      };
    case 'ProposalApproved':
      return {
        kind: 'proposal',
        tone: event.by === 'auto' ? 'muted' : 'plain',
        text: `${titleOf(event.proposalId)} · ${event.by === 'auto' ? 'applies by itself' : 'approved'}`,
      };
    case 'ProposalRejected':
      return { kind: 'proposal', tone: 'plain', text: `${titleOf(event.proposalId)} · ${event.vetoed ? 'vetoed' : 'rejected'}` };
    case 'ProposalExpired':
      return { kind: 'proposal', tone: 'plain', text: `${titleOf(event.proposalId)} · expired: ${event.reason}` };
    case 'ProposalSuperseded':
      return { kind: 'proposal', tone: 'muted', text: `${titleOf(event.proposalId)} · superseded: ${event.reason}` };
    case 'ProposalSnoozed':
      return { kind: 'proposal', tone: 'muted', text: `${titleOf(event.proposalId)} · snoozed` };
    case 'ProposalApplied':
      return { kind: 'proposal', tone: 'muted', text: `${titleOf(event.proposalId)} · applied` };
    case 'ProposalFailed':
      return { kind: 'refusal', tone: 'waits', text: `${titleOf(event.proposalId)} · failed: ${refusalWords(event.refusal)}` };
    case 'RuleRearmed':
      return { kind: 'proposal', tone: 'muted', text: `${capital(causeWords(event.rule))} armed again`, rule: event.rule };
    case 'RuleSpent':
      return {
        kind: 'proposal',
        tone: 'muted',
        text: `${capital(causeWords(event.rule))} has acted, or had been true at the entry: it waits for its criteria to turn`,
        rule: event.rule,
      };
    case 'RuleBlocked':
      return {
        kind: 'refusal',
        tone: 'waits',
        text: `${capital(causeWords(event.rule))} held back: ${refusalWords(event.refusal)}`,
        rule: event.rule,
      };
    case 'AutonomyLevelSet':
      return { kind: 'command', tone: 'plain', text: `Autonomy is ${event.level}` };
    case 'AutonomySet':
      return {
        kind: 'command',
        tone: 'plain',
        text: `${event.kind} is ${event.autonomy.mode}${event.autonomy.mode === 'auto-after' ? ` ${event.autonomy.seconds} s` : ''}`,
      };
    case 'HaltBegan':
      return {
        kind: 'refusal',
        tone: 'fault',
        text: `Halted by ${causeWords(event.rule)}: ${event.evidence.map(({ value, threshold }) => `${value} ≥ ${threshold}`).join(', ')}. No entries or adds; exits and stops go on.`,
        rule: event.rule,
      };
    case 'HaltEnded':
      return {
        kind: 'session',
        tone: 'plain',
        text: `No longer halted by ${causeWords(event.rule)}: ${event.reason}`,
        rule: event.rule,
      };
    case 'HoldBegan':
      return {
        kind: 'refusal',
        tone: 'fault',
        text: 'The journal cannot be saved: entries and adds are held, exits and stops go on',
      };
    case 'HoldEnded':
      return { kind: 'session', tone: 'plain', text: 'The journal is saved again: entries and adds go on' };
    case 'PeakReset':
      return {
        kind: 'command',
        tone: 'plain',
        text: `Peak equity ${dec(event.from).toFixed(2)} → ${dec(event.to).toFixed(2)}: ${event.reason}`,
      };
    case 'PolicyChanged':
      return { kind: 'command', tone: 'plain', text: `Policy is ${policyName(event.policy)} · ${changedKeys(event.changes)}` };
    case 'RuleFaulted':
      return {
        kind: 'refusal',
        tone: 'fault',
        text: `${causeWords(event.rule)} failed: ${event.message}. The position is by hand now; its stop stays.`,
        rule: event.rule,
      };
    default:
      return event satisfies never;
  }
}

/** The position a record speaks of, where it speaks of one. */
function positionIdOf(event: Event, positionOf: Surroundings['positionOf']): string | null {
  if (event.type === 'ProposalOpened') return event.proposal.positionId;
  if (event.type === 'OrderPlaced') return event.order.positionId;
  if (event.type === 'CommandReceived') {
    const { command } = event;
    return 'positionId' in command ? command.positionId : 'proposalId' in command ? positionOf(command.proposalId) : null;
  }
  if ('positionId' in event && event.positionId !== undefined) return event.positionId;
  return 'proposalId' in event && event.proposalId !== undefined ? positionOf(event.proposalId) : null;
}

/** The instrument a record speaks of, where it speaks of one. */
function symbolIn(event: Event, positionId: string | null, symbolOf: Surroundings['symbolOf']): string | null {
  if ('symbol' in event) return event.symbol;
  if (event.type === 'ProposalOpened') return event.proposal.symbol;
  if (event.type === 'OrderPlaced') return event.order.symbol;
  if (event.type === 'CommandReceived' && event.command.type === 'PlaceEntry') return event.command.symbol;
  return positionId === null ? null : symbolOf(positionId);
}

/** A record as the journal panel shows it. */
export function journalLine({ seq, ts, tape, event }: JournalRecord, around: Surroundings): JournalLine {
  const positionId = positionIdOf(event, around.positionOf);
  const { kind, tone, text, rule, price } = words(event, around, positionId);
  return {
    seq,
    ts,
    row: tape.row,
    point: tape.point,
    kind,
    tone,
    text,
    rule: rule ?? null,
    positionId,
    symbol: symbolIn(event, positionId, around.symbolOf),
    price: price === undefined ? null : Number(price),
  };
}
