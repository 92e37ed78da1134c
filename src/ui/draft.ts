import { type PolicyDocument, valueAt, withValue } from '../domain/document.ts';

/** A policy that is being written: the preset it is compared with, and the document; null while it is the preset itself. */
export interface Draft {
  preset: string;
  document: PolicyDocument | null;
}

type Presets = Readonly<Record<string, PolicyDocument>>;

/** The preset that a draft is compared with: its own, or the first where that one is gone. */
export function presetOf({ preset }: Draft, presets: Presets): { name: string; document: PolicyDocument } {
  const [first = ''] = Object.keys(presets);
  const name = Object.hasOwn(presets, preset) ? preset : first;
  return { name, document: presets[name] ?? {} };
}

/** The policy of a draft, as it is written. */
export const writtenOf = (draft: Draft, presets: Presets): PolicyDocument => draft.document ?? presetOf(draft, presets).document;

const ownName = (preset: string): string => `my ${preset}`;

/** A draft with a value at a key. The first change gives it a name of its own; a draft that says what its preset says is the preset. */
export function changed(draft: Draft, presets: Presets, path: string, value: unknown): Draft {
  const preset = presetOf(draft, presets);
  const named = draft.document ?? (path === 'name' ? preset.document : withValue(preset.document, 'name', ownName(preset.name)));
  const document = withValue(named, path, value);
  const renamed = document.name === ownName(preset.name) ? withValue(document, 'name', preset.document.name) : document;
  const same = JSON.stringify(renamed) === JSON.stringify(preset.document);
  return { preset: preset.name, document: same ? null : document };
}

/** A draft with the preset's value at a key. */
export const restored = (draft: Draft, presets: Presets, path: string): Draft =>
  changed(draft, presets, path, valueAt(presetOf(draft, presets).document, path));

/** What a key is called: "commissionPerUnit" → "Commission per unit", "rules.partial-exit" → "Partial exit", "" → "General" */
export function labelOf(path: string): string {
  const name = path === '' ? 'general' : (path.split('.').at(-1) ?? '');
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll('-', ' ')
    .toLowerCase();
  const spelt = words.replaceAll(/\b(?:atr|rsi|macd|ema|vwap|vix|ml)\b/g, (word) => word.toUpperCase());
  return spelt.charAt(0).toUpperCase() + spelt.slice(1);
}

/** Whether every word of a search stands in one of the texts. */
export function matches(search: string, texts: readonly string[]): boolean {
  const all = texts.join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
