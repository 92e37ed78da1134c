import { connect, startWorker } from '../worker/client.ts';
import type { Command } from '../domain/commands.ts';
import { useChoices } from './choices.ts';
import { BarStore } from './chart/bars.ts';
import { rememberTimes } from './rowTimes.ts';
import { addFault, receive, usePage } from './store.ts';

/** The one engine of the page. Importing this module starts it, before React is loaded. */
export const client = connect(startWorker());
export const bars = new BarStore();

client.onFault((fault) => usePage.setState(addFault(usePage.getState(), fault)));
client.onFrame((frame) => {
  receive(frame, bars);
  const { session, clock, lastBar } = usePage.getState();
  // Only where the engine's bars are the tape's rows does a bar's time name a row's.
  const aligned = clock && lastBar && (lastBar.index === clock.row || lastBar.index === clock.row - 1);
  if (frame.bars && aligned && session?.kind === 'bars') rememberTimes(session.digest, frame.bars);
});
client.send({ type: 'open-bundled', policy: useChoices.getState().policy });

export const command = (command: Command): void => client.send({ type: 'command', command });
