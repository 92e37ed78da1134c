import type { ActionKind, Autonomy, CriterionReading } from '../domain/proposal.ts';
import type { BarPath } from '../domain/tape.ts';
import type { RuleStatus, SessionView } from '../projections/views.ts';
import type { EndedProposal } from './store.ts';

/* Words for what the engine names by a key. */

const ENDS: Record<EndedProposal['status'], string> = {
  proposed: 'proposed',
  approved: 'approved',
  rejected: 'rejected',
  vetoed: 'vetoed',
  expired: 'expired',
  superseded: 'superseded',
  'auto-applied': 'applied by itself',
  applied: 'applied',
  failed: 'refused',
  gone: 'no longer open',
};

/** How a proposal ended: "expired: price moved" */
export const endText = (status: EndedProposal['status'], reason: string): string =>
  reason === '' ? ENDS[status] : `${ENDS[status]}: ${reason}`;

/** An action kind as a sentence speaks of it, in the plural. */
export const KINDS: Record<ActionKind, string> = {
  'stop-loss': 'Stop losses',
  'take-profit': 'Take profits',
  emergency: 'Emergency stop',
  'session-flat': 'Session flats',
  'daily-loss': 'Daily loss',
  'early-exit': 'Early exits',
  'time-stop': 'Time stops',
  'profit-potential': 'Profit potential',
  'partial-exit': 'Partial exits',
  'stop-move': 'Stop moves',
  'resize-down': 'Resizing down',
  'resize-up': 'Resizing up',
  'scale-in': 'Scale-ins',
  'tranche-entry': 'Entry plans',
};

/** "auto after 10 s" */
export function autonomyName(autonomy: Autonomy): string {
  switch (autonomy.mode) {
    case 'off':
      return 'Off';
    case 'suggest':
      return 'Suggest';
    case 'approve':
      return 'Approve';
    case 'auto-after':
      return `Auto after ${autonomy.seconds} s`;
    case 'auto':
      return 'Auto';
    default:
      return autonomy satisfies never;
  }
}

/** How a criterion stands: its glyph, and the word for who cannot see it. */
export const VERDICTS: Record<CriterionReading['verdict'], { glyph: string; word: string }> = {
  pass: { glyph: '✓', word: 'holds' },
  fail: { glyph: '✗', word: 'does not hold' },
  unknown: { glyph: '?', word: 'not known yet' },
  'left-out': { glyph: '–', word: 'left out' },
};

export const STAMP_NAMES: Record<SessionView['stamp'], string> = {
  open: "at the bar's start",
  close: "at the bar's end",
  event: "each event's own",
};

/** What a tape is made of, in the plural. */
export const TAPE_KINDS: Record<SessionView['kind'], string> = {
  bars: 'bars',
  trades: 'trades',
  quotes: 'quotes of bid and ask',
};

/** The order in which a bar's four prices are walked. */
export const BAR_PATH_NAMES: Record<BarPath, string> = {
  'adverse-first': 'the side that hurts first',
  ohlc: 'open, high, low, close',
  olhc: 'open, low, high, close',
  'nearest-first': 'the extreme nearer the open first',
};

/** How a rule stands: its glyph, and the word for who cannot see it. */
export const RULE_STATES: Record<RuleStatus, { glyph: string; word: string }> = {
  live: { glyph: '●', word: 'waits for you' },
  armed: { glyph: '◆', word: 'armed' },
  waiting: { glyph: '◇', word: 'waiting' },
  silent: { glyph: '‖', word: 'silent' },
  done: { glyph: '✓', word: 'done' },
  off: { glyph: '–', word: 'off' },
};
