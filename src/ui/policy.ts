import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type PolicyDocument, valueAt, valueText } from '../domain/document.ts';
import type { Answers, PolicyChoice, PolicyEffect, PolicyFault, PolicyKey, PolicyReview } from '../worker/protocol.ts';
import { choose, useChoices } from './choices.ts';
import { type Draft, changed, labelOf, restored, writtenOf } from './draft.ts';
import { client } from './engine.ts';
import { save } from './save.ts';
import { usePage } from './store.ts';

/** Every key of a policy, and the presets as they are written. */
export type Catalogue = Answers['policy-keys'];

const askForKeys = { queryKey: ['policy-keys'], queryFn: () => client.ask({ ask: 'policy-keys' }) };

export function useCatalogue(): { catalogue: Catalogue | undefined; error: string | undefined } {
  const { data, error } = useQuery({ ...askForKeys, gcTime: Number.POSITIVE_INFINITY });
  return { catalogue: data, error: error?.message };
}

const edit = (change: (draft: Draft) => Draft): void => choose(({ draft }) => ({ draft: change(draft) }));

export const setKey = ({ presets }: Catalogue, path: string, value: unknown): void =>
  edit((draft) => changed(draft, presets, path, value));
export const resetKey = ({ presets }: Catalogue, path: string): void => edit((draft) => restored(draft, presets, path));

/** Puts another draft in the place of the one that is being written, which is kept aside where it holds work. */
const replace = (next: Draft): void =>
  choose(({ draft, aside }) => ({ draft: next, aside: draft.document === null ? aside : draft }));

export const choosePreset = (preset: string): void => replace({ preset, document: null });
export const backToPreset = (): void => choosePreset(useChoices.getState().draft.preset);
/** Takes up again what was put aside. */
export const bringBack = (): void =>
  choose(({ draft, aside }) => (aside ? { draft: aside, aside: draft.document === null ? null : draft } : {}));

/** Sessions start with this policy from now on, and the form shows it where nothing else is being written. */
export function startWith(policy: PolicyChoice): void {
  choose({ policy });
  if (typeof policy === 'string' && useChoices.getState().draft.document === null) choosePreset(policy);
}

/** Goes to a key of the form. */
export const showKey = ({ path, group }: PolicyKey): void =>
  choose(({ policyGroups, policyKey }) => ({
    policyGroups: policyGroups.includes(group) ? policyGroups : [...policyGroups, group],
    policyKey: { path, nonce: (policyKey?.nonce ?? 0) + 1 },
  }));

/** What the schema says of a policy, and what differs; the last answer stands until the next is there. */
export function useReview(written: PolicyDocument, preset: string): PolicyReview | undefined {
  const inForce = usePage((page) => page.policy);
  const { data } = useQuery({
    queryKey: ['policy-check', written, preset, inForce],
    queryFn: () => client.ask({ ask: 'policy-check', policy: written, preset }),
    placeholderData: keepPreviousData,
  });
  return data;
}

const NO_LEVELS: PolicyEffect['levels'] = [];

/** What the policy would change now; its levels stand on the chart as long as this is asked. Nothing where it is in force already. */
export function useEffectOfPolicy(review: PolicyReview | undefined): PolicyEffect | undefined {
  const bar = usePage((page) => page.lastBar?.index ?? -1);
  const place = usePage((page) => `${page.epoch} ${page.journal.length}`);
  const policy = review?.ok && review.inForce && review.inForce.length > 0 ? review.policy : undefined;
  const { data } = useQuery({
    queryKey: ['policy-effect', policy, bar, place],
    queryFn: () => client.ask({ ask: 'policy-effect', policy }),
    enabled: policy !== undefined,
    placeholderData: keepPreviousData,
  });
  const effect = policy ? data : undefined;
  const levels = effect?.levels ?? NO_LEVELS;
  useEffect(() => {
    choose({ candidate: levels });
    return () => choose({ candidate: NO_LEVELS });
  }, [levels]);
  return effect;
}

/** Whether a fault is at a key, or inside of its list. */
export const isAt = ({ path }: PolicyFault, key: PolicyKey): boolean => path === key.path || path.startsWith(`${key.path}.`);

/** What came of reading a file as a policy. */
export interface Imported {
  ok: boolean;
  title: string;
  lines: string[];
}

/** Reads a file as a policy. One that can be used takes the place of what is being written; of another, everything that is wrong is listed. */
export async function importPolicy(file: File): Promise<Imported> {
  let policy: unknown;
  try {
    policy = JSON.parse(await file.text());
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { ok: false, title: `${file.name} is not JSON`, lines: [detail] };
  }
  const review = await client.ask({ ask: 'policy-check', policy });
  if (!review.ok) {
    const { length } = review.faults;
    return {
      ok: false,
      title: `${file.name} cannot be used: ${length === 1 ? 'a key is' : `${length} keys are`} wrong`,
      lines: review.faults.map(({ path, message }) => `${path || 'the document'}: ${message}`),
    };
  }
  replace({ preset: review.preset, document: review.policy });
  return { ok: true, title: `${file.name} was read as "${String(review.policy.name)}"`, lines: [] };
}

/** Takes up a policy that was kept: sessions start with it, and it is what is being written. */
export async function takeUp(policy: PolicyDocument): Promise<void> {
  const { preset } = await client.ask({ ask: 'policy-check', policy });
  replace({ preset, document: policy });
  choose({ policy, sideTab: 'policy' });
}

/** Saves the policy that is being written; one that cannot be used is shown instead. */
export async function exportDraft(): Promise<void> {
  const { presets } = await client.ask({ ask: 'policy-keys' });
  const review = await client.ask({ ask: 'policy-check', policy: writtenOf(useChoices.getState().draft, presets) });
  if (!review.ok) return choose({ sideTab: 'policy' });
  const name = String(review.policy.name)
    .replaceAll(/[^\p{L}\p{N}.-]+/gu, '-')
    .replaceAll(/^[-.]+|-+$/g, '');
  save(`${name || 'policy'}.json`, `${JSON.stringify(review.policy, null, 2)}\n`, 'application/json');
}

/** What is to be said in red of a policy: the values that add risk. */
export function warningsOf(keys: readonly PolicyKey[], written: PolicyDocument): { path: string; what: string; text: string }[] {
  return keys.flatMap(({ path, warn }) => {
    const value = valueText(valueAt(written, path));
    const what = `${labelOf(path)} ${value}`;
    return warn[value] === undefined ? [] : [{ path, what, text: `${what}: ${warn[value]}` }];
  });
}
