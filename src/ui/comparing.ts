import { create } from 'zustand';
import { type PolicyDocument, valueAt } from '../domain/document.ts';
import type {
  Answers,
  Comparison,
  CompareSide,
  HeatFigure,
  KeyToSweep,
  Library,
  PolicyChoice,
  PolicyDecider,
  PolicyKey,
  SweepRow,
  SweptKey,
} from '../worker/protocol.ts';
import { useChoices } from './choices.ts';
import { client } from './engine.ts';
import { writtenOf } from './draft.ts';
import type { Catalogue } from './policy.ts';
import { save } from './save.ts';

/** A side as it is chosen: "preset NAME", "kept NAME", "branch ID", or "draft", the policy that is being written. */
export type SideChoice = string;

/** A sweep as far as it has come. */
export interface Swept {
  policy: string;
  keys: readonly SweptKey[];
  cells: number;
  rows: readonly SweepRow[];
}

/** What is chosen and found in the Compare panel; it outlasts another tab of the page, and not a reload. */
export interface Comparing {
  part: 'compare' | 'sweep';
  a: SideChoice;
  b: SideChoice;
  swept: SideChoice;
  keys: readonly [KeyToSweep, KeyToSweep];
  /** null is the session that is open */
  sessions: readonly (string | null)[];
  decider: PolicyDecider;
  figure: HeatFigure;
  running: { part: 'compare' | 'sweep'; share: number; stop: AbortController } | null;
  comparison: Comparison | null;
  sweep: Swept | null;
  error: { part: 'compare' | 'sweep'; message: string } | null;
}

export const useComparing = create<Comparing>()(() => ({
  part: 'compare',
  a: 'preset fixed',
  b: 'preset intraday',
  swept: 'preset intraday',
  keys: [
    { path: 'rules.breakeven.trigger', values: '0.5R:2R:0.5R' },
    { path: '', values: '' },
  ],
  sessions: [null],
  decider: 'own',
  figure: 'pnl',
  running: null,
  comparison: null,
  sweep: null,
  error: null,
}));

export const setComparing = (part: Partial<Comparing>): void => useComparing.setState(part);

/** Writes one of the two keys of a sweep. */
export function setKeyToSweep(nth: 0 | 1, part: Partial<KeyToSweep>): void {
  const { keys } = useComparing.getState();
  const [first, second] = keys;
  setComparing({ keys: nth === 0 ? [{ ...first, ...part }, second] : [first, { ...second, ...part }] });
}

/** A choice of a side with its words. */
export interface SideOption {
  value: SideChoice;
  text: string;
}

/** What a side may be, in groups. */
export function sideOptions(
  catalogue: Catalogue,
  library: Library | undefined,
  branches: boolean,
): { group: string; options: SideOption[] }[] {
  const draft = useChoices.getState().draft.document;
  return [
    {
      group: 'Policies',
      options: [
        ...Object.keys(catalogue.presets).map((name) => ({ value: `preset ${name}`, text: name })),
        ...(draft ? [{ value: 'draft', text: `${String(draft.name)}, as it is written in the Policy panel` }] : []),
        ...(library?.policies ?? []).map(({ name }) => ({ value: `kept ${name}`, text: `${name}, kept` })),
      ],
    },
    {
      group: 'Sessions as they went',
      options: branches ? (library?.sessions ?? []).map(({ id, name }) => ({ value: `branch ${id}`, text: name })) : [],
    },
  ].filter(({ options }) => options.length > 0);
}

/** The policy behind a choice; undefined where it is a branch, or is there no more. */
export function policyOf(choice: SideChoice, catalogue: Catalogue, library: Library | undefined): PolicyDocument | undefined {
  if (choice === 'draft') return writtenOf(useChoices.getState().draft, catalogue.presets);
  if (choice.startsWith('preset ')) return catalogue.presets[choice.slice('preset '.length)];
  return library?.policies.find(({ name }) => choice === `kept ${name}`)?.policy;
}

const NUMERIC: ReadonlySet<PolicyKey['kind']> = new Set<PolicyKey['kind']>(['measure', 'optional-measure', 'count', 'decimal']);

/** A key that can be swept, as it is written in the picker. */
export interface SweepableKey {
  path: string;
  unit: string;
  range: string;
  help: string;
  now: unknown;
}

/** Every key of a policy whose value is a number; of lists, those of the steps that the policy has. */
export function sweepable(keys: readonly PolicyKey[], policy: PolicyDocument): SweepableKey[] {
  const told = ({ unit, range, help }: PolicyKey, path: string): SweepableKey => ({
    path,
    unit,
    range,
    help,
    now: valueAt(policy, path),
  });
  return keys.flatMap((key) => {
    if (NUMERIC.has(key.kind)) return [told(key, key.path)];
    const steps = valueAt(policy, key.path);
    if (key.kind !== 'list' || !Array.isArray(steps)) return [];
    return steps.flatMap((_, step) =>
      key.items.filter(({ kind }) => NUMERIC.has(kind)).map((item) => told(item, `${key.path}.${step}.${item.path}`)),
    );
  });
}

const sideOf = (choice: SideChoice, catalogue: Catalogue, library: Library | undefined): CompareSide =>
  choice.startsWith('branch ') ? { branch: choice.slice('branch '.length) } : { policy: choiceOf(choice, catalogue, library) };

/** @throws Error where the policy is there no more */
function choiceOf(choice: SideChoice, catalogue: Catalogue, library: Library | undefined): PolicyChoice {
  const policy = policyOf(choice, catalogue, library);
  if (!policy) throw new Error(`${choice}: this policy is not kept any more; choose another`);
  return policy;
}

/** Does what takes long, and says what came of it; nothing where it was cancelled. */
async function run(part: 'compare' | 'sweep', work: (stop: AbortController) => Promise<Partial<Comparing>>): Promise<void> {
  if (useComparing.getState().running) return;
  const stop = new AbortController();
  setComparing({ running: { part, share: 0, stop }, error: null });
  try {
    setComparing(await work(stop));
  } catch (error) {
    if (!stop.signal.aborted) setComparing({ error: { part, message: error instanceof Error ? error.message : String(error) } });
  } finally {
    setComparing({ running: null });
  }
}

const progress = (part: 'compare' | 'sweep', stop: AbortController, share: number): void =>
  setComparing({ running: { part, share, stop } });

export const runComparison = (catalogue: Catalogue, library: Library | undefined): Promise<void> =>
  run('compare', async (stop) => {
    const { a, b, sessions, decider } = useComparing.getState();
    const comparison = await client.ask(
      {
        ask: 'compare',
        a: sideOf(a, catalogue, library),
        b: sideOf(b, catalogue, library),
        sessions: [...sessions],
        decider,
      },
      { signal: stop.signal, onPart: (share) => progress('compare', stop, share) },
    );
    return { comparison };
  });

/** Runs a sweep; the rows that came before it was cancelled stay. @param cells how many there will be */
export const runSweep = (
  catalogue: Catalogue,
  library: Library | undefined,
  keys: readonly SweptKey[],
  cells: number,
): Promise<void> =>
  run('sweep', async (stop) => {
    const { swept, sessions, decider, keys: written } = useComparing.getState();
    const policy = choiceOf(swept, catalogue, library);
    const begun = { policy: String(valueAt(policy, 'name')), keys, cells };
    setComparing({ sweep: { ...begun, rows: [] } });
    const answer: Answers['sweep'] = await client.ask(
      {
        ask: 'sweep',
        policy,
        keys: written.filter(({ path }) => path !== ''),
        sessions: [...sessions],
        decider,
      },
      {
        signal: stop.signal,
        onPart: (share, row) => {
          progress('sweep', stop, share);
          setComparing({ sweep: { ...begun, rows: [...(useComparing.getState().sweep?.rows ?? []), row as SweepRow] } });
        },
      },
    );
    return { sweep: { ...begun, ...answer } };
  });

export const cancel = (): void => useComparing.getState().running?.stop.abort(new DOMException('It was cancelled', 'AbortError'));

/** Hands what was found to the browser's downloads. */
export async function exportCsv(): Promise<void> {
  const { part, comparison, sweep } = useComparing.getState();
  const of = part === 'compare' ? comparison : sweep;
  if (!of) return;
  save(`${part}.csv`, await client.ask({ ask: 'study-csv', of }), 'text/csv');
}
