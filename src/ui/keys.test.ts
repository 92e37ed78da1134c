import { expect, it } from 'vitest';
import { keyCap, keyName } from './keys.ts';

const press = (key: string, more: Partial<Record<'shiftKey' | 'ctrlKey' | 'metaKey', boolean>> = {}): string =>
  keyName({ key, shiftKey: false, ctrlKey: false, metaKey: false, ...more });

it('a letter is the same key with and without shift or caps lock', () => {
  expect([press('a'), press('A'), press('A', { shiftKey: true })]).toEqual(['a', 'a', 'a']);
});

it('shift counts for keys with names, not for characters that need it', () => {
  expect(press('ArrowRight', { shiftKey: true })).toBe('Shift+ArrowRight');
  expect(press('?', { shiftKey: true })).toBe('?');
});

it('control and command are one modifier', () => {
  expect([press('k', { ctrlKey: true }), press('K', { metaKey: true })]).toEqual(['Mod+k', 'Mod+k']);
});

it('caps are printed as on a keyboard', () => {
  expect(['a', ' ', 'Shift+ArrowRight', 'Mod+k', '?'].map(keyCap)).toEqual(['A', 'Space', 'Shift →', 'Ctrl K', '?']);
});
