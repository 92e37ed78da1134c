import type { PolicyDocument } from '../domain/document.ts';
import { BAR_PATHS, type BarPath, type Tape } from '../domain/tape.ts';
import { unpack } from '../feeds/file.ts';
import { openBundled, openFile } from '../feeds/open.ts';
import { readDecisions } from '../formats/journal.ts';
import type { LoadedPolicy } from '../policy/load.ts';
import type { Case } from '../study/case.ts';
import type { Decider } from '../study/decide.ts';
import { suggestInterval, withInterval } from '../worker/interval.ts';
import { ENTRIES_OPTIONS, entriesFor } from './entries.ts';
import { blobOf, oneOf, UsageError } from './files.ts';
import { FILE_OPTIONS, readOptions } from './options.ts';

/** What `compare` and `sweep` let the user say of sessions and of who decides in them. */
export const CASE_OPTIONS = {
  ...ENTRIES_OPTIONS,
  ...FILE_OPTIONS,
  decide: { type: 'string', default: 'own' },
  'bar-path': { type: 'string', default: 'adverse-first' },
  each: { type: 'boolean', default: false },
} as const;

type CaseValues = { decide: string; 'bar-path': string; each: boolean } & Parameters<typeof entriesFor>[0] &
  Parameters<typeof readOptions>[0];

const DECIDE = { own: 'own', 'approve-all': 'approve', 'reject-all': 'reject', repeat: 'repeat' } as const satisfies Record<
  string,
  Decider
>;

/** A session, and what a policy is in it: bars that are built from trades or quotes have the same interval under every policy. */
export interface CaseOf {
  made: Case;
  policyIn(policy: LoadedPolicy): PolicyDocument;
}

/** The sessions that files make, and their entries. */
export interface Cases {
  sessions: CaseOf[];
  decider: Decider;
}

const isJournal = (path: string): boolean => path.endsWith('.jsonl');

/**
 * Sessions of files: one on one clock, or with `--each` one a file. Entries are those of a file of entries, of fills, or of a journal.
 * @param standard the policy of sessions whose entries do not come from a journal
 * @throws UsageError, FormatError
 */
export async function casesOf(
  verb: string,
  values: CaseValues,
  paths: readonly string[],
  standard: LoadedPolicy,
): Promise<Cases> {
  if (paths.length === 0) throw new UsageError(`${verb}: expected at least one FILE`);
  if (values.entries === undefined) throw new UsageError(`${verb}: expected --entries FILE, the entries that are run`);
  if (paths.length > 1 && values.symbol !== undefined)
    throw new UsageError(`--symbol ${values.symbol}: expected one FILE to go with it, there are ${paths.length}`);
  const decider = DECIDE[oneOf('--decide', values.decide, Object.keys(DECIDE) as (keyof typeof DECIDE)[])];
  const barPath: BarPath = oneOf('--bar-path', values['bar-path'], BAR_PATHS);
  const journal = isJournal(values.entries);
  if (decider === 'repeat' && !journal)
    throw new UsageError(`--decide repeat: expected --entries with a journal.jsonl, ${values.entries} holds no decisions`);
  const options = await readOptions(values);
  const tapes: Tape[] = [];
  for (const path of paths)
    tapes.push((path === 'bundled' ? await openBundled() : await openFile(await blobOf(path), options)).tape);
  const groups = values.each ? tapes.map((tape) => [tape]) : [tapes];
  const symbols = tapes.map(({ instrument }) => instrument.symbol);
  const twice = symbols.find((symbol, at) => symbols.indexOf(symbol) !== at);
  if (twice !== undefined && !values.each)
    throw new UsageError(`${twice}: two files of one instrument; expected --each, every file a session of its own`);
  if (journal && groups.length > 1)
    throw new UsageError(`--entries ${values.entries}: a journal is of one session; expected FILEs without --each`);
  const entries = journal ? [] : await entriesFor(values, tapes, paths);
  const made = journal ? await decisionsIn(values.entries, tapes) : undefined;
  const sessions = groups.map((group, at): CaseOf => {
    const policyIn = (policy: LoadedPolicy): PolicyDocument => {
      const built = group.filter(({ columns }) => columns.kind !== 'bars');
      const interval = built.length === 0 ? null : (options.intervalMs ?? Math.min(...built.map(suggestInterval)));
      return withInterval(policy, interval).source;
    };
    const own = new Set(group.map(({ instrument }) => instrument.symbol));
    const [from, to] = spanOf(group);
    return {
      policyIn,
      made: {
        name: values.each ? (paths[at] ?? '') : paths.join(', '),
        tapes: group,
        policy: made?.policy ?? policyIn(standard),
        barPath,
        entries: entries
          .filter(({ ts, entry }) => own.has(entry.symbol) && (!values.each || (ts >= from && ts <= to)))
          .map(({ ts, entry }) => ({ ts, command: entry })),
        decisions: made?.decisions ?? [],
        place: null,
      },
    };
  });
  return { sessions, decider };
}

function spanOf(tapes: readonly Tape[]): [number, number] {
  const times = tapes.map(({ columns: { ts } }) => [ts[0] ?? Number.NaN, ts.at(-1) ?? Number.NaN] as const);
  return [Math.min(...times.map(([from]) => from)), Math.max(...times.map(([, to]) => to))];
}

/** The commands of a journal of these tapes, and its policy. */
async function decisionsIn(path: string, tapes: readonly Tape[]): Promise<Pick<Case, 'decisions'> & { policy: PolicyDocument }> {
  const { digests, policy, decisions } = readDecisions(new TextDecoder().decode(await unpack(await blobOf(path))), path);
  const own = tapes.map(({ digest }) => digest).toSorted();
  if (!digests || digests.toSorted().join() !== own.join())
    throw new UsageError(
      `--entries ${path}: made on the tape ${digests?.join(' and ') ?? '(it does not say)'}; expected ${own.join(' and ')}, its places mean nothing on another`,
    );
  return { decisions, policy: policy as PolicyDocument };
}
