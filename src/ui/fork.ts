import type { Command } from '../domain/commands.ts';
import type { ForkAt } from '../worker/protocol.ts';
import { choose, useChoices } from './choices.ts';
import { client } from './engine.ts';
import { usePage } from './store.ts';

let asked = 0;

/** Asks what is to be done otherwise at a place before a branch is begun there. */
export function askFork(at: ForkAt): void {
  // the moment that is asked about is to stay
  if (usePage.getState().clock?.playing) client.send({ type: 'pause' });
  asked += 1;
  choose({ fork: { at, nonce: asked } });
}

/** The place that the user looks at: the card or line that has the focus, the record that is open in the journal, else the present moment. */
export function forkHere(): void {
  const { activeElement } = document;
  const card = activeElement?.closest<HTMLElement>('[data-testid="approval"]');
  const line = activeElement?.closest<HTMLElement>('[data-seq]');
  const { shownRecord, logTab } = useChoices.getState();
  if (card?.dataset.id !== undefined) askFork({ proposalId: card.dataset.id });
  else if (line?.dataset.seq !== undefined) askFork({ seq: Number(line.dataset.seq) });
  else askFork(shownRecord !== null && logTab === 'journal' ? { seq: shownRecord } : null);
}

/** Begins the branch. @param on goes on in it to where the session that is left stands, without waiting for anything */
export function fork(at: ForkAt, decision: Command | null, name: string, on: boolean): void {
  const { clock } = usePage.getState();
  choose({ fork: null, shownRecord: null });
  client.send({ type: 'fork', at, ...(decision ? { decision } : {}), ...(name === '' ? {} : { name }) });
  if (on && clock) client.send({ type: 'seek', row: clock.row });
}

/** Opens the session that this one is a branch of, where it was left. */
export function backToParent(): void {
  const parent = usePage.getState().keeping?.parent ?? null;
  if (parent !== null) client.send({ type: 'open-session', id: parent });
}
