import { type Client, connect, startWorker } from '../worker/client.ts';
import type { Question } from '../worker/protocol.ts';
import type { Command } from '../domain/commands.ts';
import { choose, useChoices } from './choices.ts';
import { BarStore } from './chart/bars.ts';
import { recall, remember } from './remembered.ts';
import { panesBeside } from './panes.ts';
import { covered, uncovered } from './practice.ts';
import { addFault, practise, receive, usePage } from './store.ts';

/** Importing this module starts the one engine of the page, before React is loaded. */
const engine = connect(startWorker());
export const bars = new BarStore();

/** Answers that are files, or of what is not the session that is open: they pass as they are. */
const PLAIN: ReadonlySet<Question['ask']> = new Set([
  'export',
  'stored',
  'inspect',
  'calendar',
  'archive',
  'policy-keys',
  'policy-check',
  'metrics',
  'study-csv',
]);

/** The engine, as the page speaks with it: in practice neither side sees what the other calls a thing. */
export const client: Pick<Client, 'send' | 'ask'> = {
  send: (message) => engine.send(uncovered(message)),
  ask: async (question, following) => {
    const meant = uncovered(question);
    if (PLAIN.has(question.ask)) return engine.ask(meant, following);
    const onPart = following?.onPart?.bind(following);
    return covered(
      await engine.ask(meant, {
        ...following,
        ...(onPart ? { onPart: (share: number, part: unknown) => onPart(share, covered(part)) } : {}),
      }),
    );
  },
};

const beside = new Map<string, BarStore>();
/** Bars of an instrument that is seen beside the one on the chart, by its own name. */
export function barsBeside(symbol: string): BarStore {
  const store = beside.get(symbol) ?? new BarStore();
  beside.set(symbol, store);
  return store;
}

/** Asks for the instruments that are to be seen besides the one on the chart. */
function lookBeside(): void {
  const { session } = usePage.getState();
  if (!session) return;
  const { split, panes } = useChoices.getState();
  const shown = session.instrument.symbol;
  const symbols = panesBeside(session.symbols, shown, split, covered(panes)).map(({ symbol }) => symbol);
  client.send({ type: 'beside', symbols: [...new Set(symbols)].filter((symbol) => symbol !== shown) });
}

practise(useChoices.getState().practice);
useChoices.subscribe((now, before) => {
  if (now.split !== before.split || now.panes !== before.panes) lookBeside();
});
useChoices.subscribe(({ practice }, before) => {
  if (practice === before.practice) return;
  // what points at something points at it by a name that it has no more
  const yours = before.yours && (practice ? before.yours : uncovered(before.yours));
  practise(practice);
  choose({
    yours: yours && covered(yours),
    selectedPositionId: null,
    focus: null,
    move: null,
  });
});

engine.onFault((fault) => usePage.setState((page) => addFault(page, covered(fault))));
engine.onFrame((frame) => {
  const before = usePage.getState().session?.instrument.symbol;
  receive(frame, bars, barsBeside);
  // whoever begins a session anew, or takes over, does not know what is seen besides
  if (frame.session) lookBeside();
  // only the tab that drives: another's words may be behind
  if (frame.keeping && usePage.getState().tab?.role === 'driver') remember(frame.keeping);
  const now = usePage.getState().session?.instrument.symbol;
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
engine.onTab((tab) => {
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
