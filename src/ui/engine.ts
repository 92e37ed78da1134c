import { connect, startWorker } from '../worker/client.ts';
import type { Command } from '../domain/commands.ts';
import { choose, useChoices } from './choices.ts';
import { BarStore } from './chart/bars.ts';
import { recall, remember } from './remembered.ts';
import { addFault, receive, usePage } from './store.ts';

/** The one engine of the page. Importing this module starts it, before React is loaded. */
export const client = connect(startWorker());
export const bars = new BarStore();

client.onFault((fault) => usePage.setState(addFault(usePage.getState(), fault)));
client.onFrame((frame) => {
  const before = usePage.getState().session?.instrument.symbol;
  receive(frame, bars);
  // only the tab that drives: another's words may be behind
  if (frame.keeping && usePage.getState().tab?.role === 'driver') remember(frame.keeping);
  const now = frame.session?.instrument.symbol;
  // Prices and places of one instrument mean nothing on another.
  if (before !== undefined && now !== undefined && now !== before)
    choose(({ ticket, focus }) => ({
      ticket: { ...ticket, price: '', quantity: '', stop: '', target: '' },
      preview: null,
      move: null,
      focus: focus?.symbol === now ? focus : null,
    }));
});
// whether it may be cleared is for the browser or its user to say; the answer stands in the Sessions panel
navigator.storage?.persist?.().catch(() => false);
client.onTab((tab) => {
  usePage.setState({ tab });
  const { keeping } = usePage.getState();
  if (keeping && tab.role === 'driver') remember(keeping);
});
client.send({ type: 'start', policy: useChoices.getState().policy, remembered: recall() });

export const command = (command: Command): void => client.send({ type: 'command', command });

/** Puts an instrument of the session on the chart, unless it is there. */
export function show(symbol: string): void {
  const { session } = usePage.getState();
  if (session && session.instrument.symbol !== symbol && session.symbols.includes(symbol)) client.send({ type: 'show', symbol });
}
