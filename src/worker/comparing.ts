import type { PolicyDocument } from '../domain/document.ts';
import { type LoadedPolicy, loadPolicy, loadPreset } from '../policy/load.ts';
import type { Case } from '../study/case.ts';
import { type CompareInput, underPolicy } from '../study/compare.ts';
import type { Take } from '../study/decide.ts';
import { sweepCells, type SweepCell, type SweepSetup, type SweptKey, sweptKey } from '../study/sweep.ts';
import { withInterval } from './interval.ts';
import type { Answers, CompareSessions, CompareSide, KeyToSweep, PolicyChoice, PolicyDecider } from './protocol.ts';

/** A session as a study takes it: the one that is open where it is null, else one that is kept. */
type Fetch = (session: string | null) => Promise<Case>;

/** @throws PolicyError */
const policyOf = (choice: PolicyChoice): LoadedPolicy =>
  typeof choice === 'string' ? loadPreset(choice) : loadPolicy(choice, `policy "${String(choice.name)}"`);

/** What a policy is in a session: bars that are built from trades or quotes keep their interval. */
function policyIn(made: Case, policy: LoadedPolicy): PolicyDocument {
  const built = made.tapes.some(({ columns }) => columns.kind !== 'bars');
  return (built ? withInterval(policy, loadPolicy(made.policy, made.name).policy.interval.value.toNumber()) : policy).source;
}

/** The sessions, each once. @throws RangeError where there is none */
async function fetched(sessions: CompareSessions, fetch: Fetch): Promise<Case[]> {
  if (sessions.length === 0) throw new RangeError('no session is chosen: expected at least one whose entries are run');
  const cases: Case[] = [];
  for (const session of new Set(sessions)) cases.push(await fetch(session));
  return cases;
}

/** What is compared. A policy beside a branch is run on the branch's entries; two policies on those of all the sessions. */
export async function comparison(
  question: { a: CompareSide; b: CompareSide; sessions: CompareSessions; decider: PolicyDecider },
  fetch: Fetch,
): Promise<CompareInput> {
  const { a, b, sessions, decider } = question;
  const branches = [a, b].flatMap((side) => ('branch' in side ? [side.branch] : []));
  const cases = await fetched(branches.length > 0 ? branches : sessions, fetch);
  const [first] = cases;
  const names = new Map(branches.map((id, at) => [id, cases[Math.min(at, cases.length - 1)]]));
  const take = (side: CompareSide, made: Case): Take => {
    if ('policy' in side) return underPolicy(made, policyIn(made, policyOf(side.policy)), decider);
    return { one: names.get(side.branch) ?? made, decider: 'branch' };
  };
  const called = (side: CompareSide): string =>
    'policy' in side ? policyOf(side.policy).policy.name : (names.get(side.branch)?.name ?? '');
  const pairs =
    branches.length > 0 && first
      ? [{ a: take(a, first), b: take(b, first) }]
      : cases.map((made) => ({ a: take(a, made), b: take(b, made) }));
  return { names: [called(a), called(b)], pairs };
}

/** What is swept. @throws SweepError, PolicyError */
export async function sweeping(
  question: { policy: PolicyChoice; keys: readonly KeyToSweep[]; sessions: CompareSessions; decider: PolicyDecider },
  fetch: Fetch,
): Promise<{ setup: SweepSetup; cells: SweepCell[]; keys: SweptKey[] }> {
  const policy = policyOf(question.policy);
  const keys = question.keys.map(({ path, values }) => sweptKey(path, values));
  const cells = sweepCells(keys, policy.source);
  const cases = await fetched(question.sessions, fetch);
  return {
    keys,
    cells,
    setup: {
      sessions: cases.map((made) => ({ made, policy: policyIn(made, policy) })),
      paths: keys.map(({ path }) => path),
      decider: question.decider,
    },
  };
}

/** The values of a key as they were typed, or what is wrong with them. */
export function sweepValues(choice: PolicyChoice, { path, values }: KeyToSweep): Answers['sweep-values'] {
  try {
    const key = sweptKey(path, values);
    sweepCells([key], policyOf(choice).source);
    return { ok: true, values: key.values };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, message: error.message };
  }
}
