import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** Value of a token in the light (0) or dark (1) theme, as linear light of red, green and blue. */
function linear(name: string, theme: 0 | 1): number[] {
  const found = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css);
  const hex = found?.[theme + 1];
  if (!hex) throw new Error(`tokens.css has no --${name}`);
  return [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
}

function luminance(name: string, theme: 0 | 1): number {
  const [red = 0, green = 0, blue = 0] = linear(name, theme);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @source WCAG 2.2, contrast ratio */
function contrast(one: string, other: string, theme: 0 | 1): number {
  const [a, b] = [luminance(one, theme), luminance(other, theme)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const TEXT = ['text', 'muted', 'up', 'down', 'waits-text', 'stop-text', 'target'];
const MARKS = [
  'waits',
  'stop',
  'target',
  'average',
  'tranche-1',
  'tranche-2',
  'tranche-3',
  'tranche-4',
  'branch-1',
  'branch-2',
  'branch-3',
  'branch-4',
  'focus',
  'up',
  'down',
];

it.each(TEXT)('text in --%s stands out 4.5 to 1 on panel and raised, in both themes', (name) => {
  for (const theme of [0, 1] as const)
    for (const ground of ['panel', 'raised']) expect(contrast(name, ground, theme)).toBeGreaterThanOrEqual(4.5);
});

it.each(['text', 'muted', 'down'])('text in --%s stands out 4.5 to 1 on what alarms, in both themes', (name) => {
  for (const theme of [0, 1] as const) expect(contrast(name, 'alarm', theme)).toBeGreaterThanOrEqual(4.5);
});

it.each(MARKS)('a mark in --%s stands out 3 to 1 on the panel, in both themes', (name) => {
  for (const theme of [0, 1] as const) expect(contrast(name, 'panel', theme)).toBeGreaterThanOrEqual(3);
});

it('the text on an amber button stands out 4.5 to 1', () => {
  for (const theme of [0, 1] as const) expect(contrast('on-fill', 'waits-fill', theme)).toBeGreaterThanOrEqual(4.5);
});
