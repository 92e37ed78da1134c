import { approve, editQuantity, moveSelection, onSelected, reject, snooze } from './approvals.ts';
import { neighbourInterval } from './chart/intervals.ts';
import { type Theme, choose, setOption, useChoices } from './choices.ts';
import { setComparing } from './comparing.ts';
import { client, command, show } from './engine.ts';
import { backToParent, forkHere } from './fork.ts';
import { saveStored, settingsToKeep } from './library.ts';
import { SPLITS } from './panes.ts';
import { saveMetrics } from './performance-files.ts';
import { resetFilter, SECTIONS, showSection } from './performance.ts';
import { backToPreset, exportDraft } from './policy.ts';
import { addFault, usePage } from './store.ts';
import type { StepTo, TradesFound } from '../worker/protocol.ts';

/** Something the user can do, for the keyboard, the help and the palette alike. */
export interface Action {
  id: string;
  title: string;
  group: 'Replay' | 'Approvals' | 'Ticket' | 'Policy' | 'Account' | 'Session' | 'View';
  /** as `event.key`, with "Shift+" or "Mod+" before it (Mod: Ctrl, or Command on a Mac) */
  keys?: string[];
  /** may be held down */
  repeats?: boolean;
  run(): void;
}

/** Speeds on offer, in market seconds a second. */
export const SPEEDS = [1, 2, 4, 8, 15, 30, 60, 120, 300, 600, 1000, Infinity] as const;
export const speedName = (speed: number): string => (speed === Infinity ? 'max' : `${speed}×`);

export const togglePlay = (): void => client.send({ type: usePage.getState().clock?.playing ? 'pause' : 'play' });
export const step = (to: StepTo): void => client.send({ type: 'step', to });
export const seek = (row: number): void => client.send({ type: 'seek', row });

export const back = (): void => step('bar-back');
export const askWhereTo = (): void => choose({ dialog: 'jump' });

/** The next speed on offer. @param by −1 for the one below */
function changeSpeed(by: 1 | -1): void {
  const speed = usePage.getState().clock?.speed ?? 1;
  const next = by > 0 ? SPEEDS.find((value) => value > speed) : SPEEDS.findLast((value) => value < speed);
  if (next !== undefined) client.send({ type: 'speed', speed: next });
}

function callTicket(side: 'long' | 'short'): void {
  choose(({ ticket, ticketCall }) => ({ sideTab: 'ticket', ticket: { ...ticket, side }, ticketCall: ticketCall + 1 }));
}

export const openBundled = (): void => client.send({ type: 'open-bundled', policy: useChoices.getState().policy });

/** Shows files to be looked at: those of the user's own trades by themselves, the others to be opened; they join those that are shown already. */
export async function importFiles(all: readonly File[]): Promise<void> {
  const files: File[] = [];
  for (const file of all) if (!(await takeArchive(file))) files.push(file);
  const looked = await Promise.all(files.map(async (file) => ({ file, found: await tradesIn(file) })));
  const mine = looked.flatMap(({ file, found }) => (found ? [{ file, found }] : []));
  const others = looked.filter(({ found }) => !found).map(({ file }) => file);
  choose(({ importing, trades }) => ({
    importing: others.length > 0 ? [...(importing ?? []), ...others] : importing,
    trades: [...trades, ...mine],
  }));
}

/** Shows what a session bundle or a backup holds. @returns false where the file is neither */
async function takeArchive(file: File): Promise<boolean> {
  if ((await file.slice(0, 2).text()) !== 'PK') return false;
  try {
    const view = await client.ask({ ask: 'archive', file, restore: false });
    if (view) choose({ archive: { file, view } });
    return view !== null;
  } catch (error) {
    usePage.setState((page) =>
      addFault(page, {
        type: 'fault',
        fatal: false,
        message: error instanceof Error ? error.message : String(error),
        detail: '',
      }),
    );
    return true;
  }
}

/** What a file has of the user's own trades; null where it is no such file, or none that can be used. */
const tradesIn = (file: File): Promise<TradesFound | null> => client.ask({ ask: 'trades', file, options: {} }).catch(() => null);

export const hideYours = (): void => choose({ yours: null });

/** The next or previous instrument of the session, round and round. */
function showNeighbour(by: 1 | -1): void {
  const { session } = usePage.getState();
  if (!session) return;
  const { symbols, instrument } = session;
  const next = symbols[(symbols.indexOf(instrument.symbol) + by + symbols.length) % symbols.length];
  if (next !== undefined) show(next);
}

export const togglePractice = (): void => choose(({ practice }) => ({ practice: !practice }));

/** One chart, two, four, and one again. */
const nextSplit = (): void => choose(({ split }) => ({ split: SPLITS[(SPLITS.indexOf(split) + 1) % SPLITS.length] ?? 1 }));

/** Longer or shorter bars on the chart. */
function changeInterval(by: 1 | -1): void {
  const { session } = usePage.getState();
  if (session) setOption({ intervalMs: neighbourInterval(session, useChoices.getState().options.intervalMs, by) });
}

/** Asks for files with the browser's own dialog. @param accept which it offers; all where it is empty */
export function pick(accept: string, take: (files: readonly File[]) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  input.multiple = true;
  input.hidden = true;
  input.addEventListener('change', () => {
    take([...(input.files ?? [])]);
    input.remove();
  });
  input.addEventListener('cancel', () => input.remove());
  // outside the document it may be collected while the dialog is open
  document.body.append(input);
  input.click();
}

/** What goes wrong with a file is shown. */
const told = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    usePage.setState((page) => addFault(page, { type: 'fault', fatal: false, message, detail: '' }));
  });

export const pickFile = (): void => pick('', (files) => void importFiles(files));
export const pickPolicy = (): void =>
  pick('.json,application/json', ([importingPolicy]) => choose({ sideTab: 'policy', importingPolicy: importingPolicy ?? null }));

export const setTheme = (theme: Theme): void => choose({ theme });

const ARMED_MS = 4_000;
let disarm: ReturnType<typeof setTimeout> | undefined;

/** Two steps: the first arms for four seconds, the second stops everything. */
export function stopAll(): void {
  clearTimeout(disarm);
  const armed = useChoices.getState().stopArmed;
  choose({ stopArmed: !armed });
  if (armed) command({ type: 'StopAll' });
  else disarm = setTimeout(() => choose({ stopArmed: false }), ARMED_MS);
}

const option = (key: 'volume' | 'rsi' | 'macd' | 'atr' | 'rScale' | 'levels') => (): void =>
  setOption({ [key]: !useChoices.getState().options[key] });

export const ACTIONS: readonly Action[] = [
  { id: 'play', title: 'Play or pause', group: 'Replay', keys: [' '], run: togglePlay },
  { id: 'step-bar', title: 'Forward one bar', group: 'Replay', keys: ['ArrowRight'], repeats: true, run: () => step('bar') },
  { id: 'back-bar', title: 'Back one bar', group: 'Replay', keys: ['ArrowLeft'], repeats: true, run: back },
  { id: 'step-tick', title: 'Forward one tick', group: 'Replay', keys: ['.'], repeats: true, run: () => step('tick') },
  { id: 'step-event', title: 'Next event', group: 'Replay', keys: ['Shift+ArrowRight'], run: () => step('event') },
  {
    id: 'back-event',
    title: 'Previous event',
    group: 'Replay',
    keys: ['Shift+ArrowLeft'],
    repeats: true,
    run: () => step('event-back'),
  },
  { id: 'step-stop', title: 'Next stop move', group: 'Replay', keys: ['m'], run: () => step('stop-move') },
  { id: 'step-proposal', title: 'Next proposal', group: 'Replay', keys: ['n'], run: () => step('proposal') },
  { id: 'start', title: 'Back to the start', group: 'Replay', keys: ['Home'], run: () => seek(0) },
  { id: 'latest', title: 'On to the latest place', group: 'Replay', keys: ['End'], run: () => step('latest') },
  { id: 'jump', title: 'Go to a date and time…', group: 'Replay', keys: ['g'], run: askWhereTo },
  { id: 'slower', title: 'Slower', group: 'Replay', keys: ['<'], repeats: true, run: () => changeSpeed(-1) },
  { id: 'faster', title: 'Faster', group: 'Replay', keys: ['>'], repeats: true, run: () => changeSpeed(1) },
  {
    id: 'pause-on-proposal',
    title: 'Pause on proposal, on or off',
    group: 'Replay',
    run: () => client.send({ type: 'pause-on-proposal', on: !usePage.getState().clock?.pauseOnProposal }),
  },
  ...SPEEDS.map(
    (speed): Action => ({
      id: `speed-${speed}`,
      title: speed === Infinity ? 'Speed: as fast as it goes' : `Speed: ${speedName(speed)}`,
      group: 'Replay',
      run: () => client.send({ type: 'speed', speed }),
    }),
  ),
  { id: 'fork', title: 'Fork here: take the other branch', group: 'Replay', keys: ['f'], run: forkHere },
  { id: 'unfork', title: 'Back to the session that this is a branch of', group: 'Replay', run: backToParent },
  { id: 'approve', title: 'Approve the selected proposal', group: 'Approvals', keys: ['a'], run: () => onSelected(approve) },
  { id: 'reject', title: 'Reject the selected proposal', group: 'Approvals', keys: ['r'], run: () => onSelected(reject) },
  { id: 'quantity', title: 'Edit its quantity', group: 'Approvals', keys: ['e'], run: () => onSelected(editQuantity) },
  { id: 'snooze', title: 'Snooze it for a minute', group: 'Approvals', keys: ['z'], run: () => onSelected(snooze) },
  {
    id: 'up',
    title: 'Select the card above',
    group: 'Approvals',
    keys: ['ArrowUp'],
    repeats: true,
    run: () => moveSelection(-1),
  },
  {
    id: 'down',
    title: 'Select the card below',
    group: 'Approvals',
    keys: ['ArrowDown'],
    repeats: true,
    run: () => moveSelection(1),
  },
  { id: 'buy', title: 'Ticket: buy', group: 'Ticket', keys: ['b'], run: () => callTicket('long') },
  { id: 'sell', title: 'Ticket: sell', group: 'Ticket', keys: ['s'], run: () => callTicket('short') },
  { id: 'import-policy', title: 'Import a policy…', group: 'Policy', run: pickPolicy },
  { id: 'export-policy', title: 'Export the policy', group: 'Policy', run: () => void exportDraft() },
  {
    id: 'apply-policy',
    title: 'Apply the policy to this session…',
    group: 'Policy',
    run: () => choose({ sideTab: 'policy', dialog: 'policy' }),
  },
  { id: 'back-to-preset', title: 'Back to the preset', group: 'Policy', run: backToPreset },
  {
    id: 'manual',
    title: 'Autonomy: manual',
    group: 'Account',
    run: () => command({ type: 'SetAutonomyLevel', level: 'manual' }),
  },
  {
    id: 'assisted',
    title: 'Autonomy: assisted',
    group: 'Account',
    run: () => command({ type: 'SetAutonomyLevel', level: 'assisted' }),
  },
  { id: 'auto', title: 'Autonomy: auto', group: 'Account', run: () => command({ type: 'SetAutonomyLevel', level: 'auto' }) },
  { id: 'stop-all', title: 'Stop all: cancel orders, close everything (two steps)', group: 'Account', run: stopAll },
  { id: 'open-file', title: 'Open files…', group: 'Session', keys: ['o'], run: pickFile },
  {
    id: 'back-up',
    title: 'Back up everything',
    group: 'Session',
    run: () => void told(saveStored({ what: 'backup', settings: settingsToKeep() })),
  },
  { id: 'bundled', title: 'Open the bundled session', group: 'Session', run: openBundled },
  { id: 'hide-yours', title: 'Take your own trades off the chart', group: 'Session', run: hideYours },
  { id: 'previous-instrument', title: 'Previous instrument', group: 'View', keys: ['['], run: () => showNeighbour(-1) },
  { id: 'next-instrument', title: 'Next instrument', group: 'View', keys: [']'], run: () => showNeighbour(1) },
  {
    id: 'practice',
    title: 'Practice: hide what lies ahead, dates and symbols, on or off',
    group: 'View',
    keys: ['h'],
    run: togglePractice,
  },
  { id: 'split', title: 'One, two or four charts', group: 'View', keys: ['\\'], run: nextSplit },
  { id: 'shorter-bars', title: 'Shorter bars', group: 'View', keys: ['{'], run: () => changeInterval(-1) },
  { id: 'longer-bars', title: 'Longer bars', group: 'View', keys: ['}'], run: () => changeInterval(1) },
  { id: 'show-approvals', title: 'Show approvals', group: 'View', run: () => choose({ sideTab: 'approvals' }) },
  { id: 'show-ticket', title: 'Show ticket', group: 'View', run: () => choose({ sideTab: 'ticket' }) },
  { id: 'show-policy', title: 'Show policy', group: 'View', run: () => choose({ sideTab: 'policy' }) },
  { id: 'show-journal', title: 'Show journal', group: 'View', run: () => choose({ logTab: 'journal' }) },
  { id: 'show-rules', title: 'Show rules of the position', group: 'View', run: () => choose({ logTab: 'rules' }) },
  { id: 'show-positions', title: 'Show positions', group: 'View', run: () => choose({ bottomTab: 'positions' }) },
  { id: 'show-sessions', title: 'Show sessions', group: 'View', run: () => choose({ bottomTab: 'sessions' }) },
  {
    id: 'compare',
    title: 'Compare two policies',
    group: 'View',
    run: () => {
      setComparing({ part: 'compare' });
      choose({ bottomTab: 'compare' });
    },
  },
  {
    id: 'sweep',
    title: 'Sweep a policy over a key',
    group: 'View',
    run: () => {
      setComparing({ part: 'sweep' });
      choose({ bottomTab: 'compare' });
    },
  },
  { id: 'show-branches', title: 'Show branches', group: 'View', run: () => choose({ bottomTab: 'branches' }) },
  {
    id: 'show-performance',
    title: 'Show performance',
    group: 'View',
    keys: ['p'],
    run: () => choose({ bottomTab: 'performance' }),
  },
  ...SECTIONS.map(
    ({ value, text }): Action => ({
      id: `performance-${value}`,
      title: `Performance: ${text}`,
      group: 'View',
      run: () => showSection(value),
    }),
  ),
  { id: 'save-metrics', title: 'Performance: save OpenMetrics', group: 'View', run: () => void told(saveMetrics()) },
  { id: 'performance-reset', title: 'Performance: every trade, without a filter', group: 'View', run: resetFilter },
  { id: 'volume', title: 'Volume, on or off', group: 'View', run: option('volume') },
  { id: 'rsi', title: 'RSI, on or off', group: 'View', run: option('rsi') },
  { id: 'macd', title: 'MACD, on or off', group: 'View', run: option('macd') },
  { id: 'atr', title: 'ATR, on or off', group: 'View', run: option('atr') },
  { id: 'levels', title: 'Levels, on or off', group: 'View', run: option('levels') },
  { id: 'r-scale', title: 'R scale, on or off', group: 'View', run: option('rScale') },
  { id: 'theme-system', title: 'Theme: as the system', group: 'View', run: () => setTheme('system') },
  { id: 'theme-dark', title: 'Theme: dark', group: 'View', run: () => setTheme('dark') },
  { id: 'theme-light', title: 'Theme: light', group: 'View', run: () => setTheme('light') },
  { id: 'palette', title: 'Find an action', group: 'View', keys: ['Mod+k'], run: () => choose({ dialog: 'palette' }) },
  { id: 'help', title: 'Keys', group: 'View', keys: ['?'], run: () => choose({ dialog: 'help' }) },
];

/** Every action there is now: an instrument of the session each, besides the fixed ones. */
export const actionsNow = (symbols: readonly string[]): readonly Action[] =>
  symbols.length < 2
    ? ACTIONS
    : [
        ...ACTIONS,
        ...symbols.map(
          (symbol): Action => ({ id: `show ${symbol}`, title: `Show ${symbol}`, group: 'View', run: () => show(symbol) }),
        ),
      ];
