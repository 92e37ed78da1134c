import type { Command } from '../../domain/commands.ts';
import { randomCommand } from '../../engine/chance.ts';
import { type Dice, pick } from '../../engine/dice.ts';
import type { TradeEntry } from '../../projections/trades.ts';
import type { PolicyChoice, ToWorker } from '../protocol.ts';
import type { Session } from '../session.ts';
import type { Disk } from './disk.ts';
import type { World } from './world.ts';

/** Opening other files, recordings or sessions, or the same ones anew. */
function opening(next: Dice, { markets }: World, disk: Disk, session: Session | undefined): ToWorker {
  const { files, policy: own, barPath } = pick(next, markets);
  const policy: PolicyChoice = next() < 0.7 ? own : pick(next, ['intraday', 'active', 'tranches']);
  const sessions = disk.sessions;
  const roll = next();
  if (roll < 0.45 && sessions.length > 0) return { type: 'open-session', id: pick(next, sessions).id };
  if (roll < 0.65) return { type: 'open-files', files, policy, barPath };
  if (roll < 0.8) {
    const chosen = disk.recordings.filter(() => next() < 0.6);
    const digests = chosen.filter(({ symbol }, at) => chosen.findIndex((other) => other.symbol === symbol) === at);
    if (digests.length > 0) return { type: 'open-recordings', digests: digests.map(({ digest }) => digest), policy, barPath };
  }
  if (roll < 0.9 || !session) return { type: 'policy', policy };
  return { type: 'run-entries', entries: entriesOn(next, session) };
}

function entriesOn(next: Dice, session: Session): TradeEntry[] {
  return Array.from({ length: 1 + Math.floor(next() * 4) }, (_, line): TradeEntry => {
    const { tape } = pick(next, session.files.sources);
    const side = next() < 0.5 ? 'long' : 'short';
    const ts = tape.columns.ts[Math.floor(next() * tape.columns.ts.length)] ?? 0;
    return { ts, entry: { type: 'PlaceEntry', symbol: tape.instrument.symbol, side, kind: 'market', source: 'entries' }, line };
  });
}

function moving(next: Dice, { rows, rowsDone }: Session): ToWorker {
  const roll = next();
  if (roll < 0.35)
    return {
      type: 'step',
      to: pick(next, ['tick', 'tick', 'bar', 'event', 'proposal', 'stop-move', 'bar-back', 'event-back', 'latest']),
    };
  if (roll < 0.5) return { type: 'seek', row: rowsDone + Math.floor(next() * 12) };
  if (roll < 0.62) return { type: 'seek', row: Math.max(0, rowsDone - Math.floor(next() * 20)) };
  if (roll < 0.67) return { type: 'seek', row: pick(next, [0, 0, rowsDone, rows]) };
  if (roll < 0.8) return { type: 'play' };
  if (roll < 0.92) return { type: 'pause' };
  if (roll < 0.96) return { type: 'speed', speed: pick(next, [1, 60, 3_600, Number.POSITIVE_INFINITY]) };
  return { type: 'pause-on-proposal', on: next() < 0.6 };
}

/** True of what a page can send: it has seen what it names, and what holds everything back is the host's own. */
function isUsers({ state }: Session['engine'], command: Command): boolean {
  if (command.type === 'SetHold') return false;
  if ('proposalId' in command) return state.proposals.has(command.proposalId);
  return !('positionId' in command) || state.positions.has(command.positionId);
}

/** What a user who does anything at any time sends next. @param session what is open, whether or not the page knows it yet */
export function nextMessage(next: Dice, world: World, disk: Disk, session: Session | undefined): ToWorker {
  const roll = next();
  if (!session || roll < 0.07) return opening(next, world, disk, session);
  if (roll < 0.085) return { type: 'cancel' };
  if (roll < 0.11) return { type: 'show', symbol: pick(next, [...session.files.sources]).tape.instrument.symbol };
  if (roll < 0.5) return moving(next, session);
  for (;;) {
    const command = randomCommand(session.engine, next);
    if (isUsers(session.engine, command)) return { type: 'command', command };
  }
}
