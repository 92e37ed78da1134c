import { describe, expect, it } from 'vitest';
import { plainText } from './text.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string, order: 'low' | 'high'): Uint8Array => {
  const codes = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return Uint8Array.from(
    [0xfeff, ...codes].flatMap((code) => (order === 'low' ? [code & 255, code >> 8] : [code >> 8, code & 255])),
  );
};

describe('plainText', () => {
  const text = `Größe −6 € 📈 ${'ä'.repeat(9_000)}\n${'plain '.repeat(3_000)}`;

  it('reads UTF-8 with and without its mark, also where a character lies across two pieces', () => {
    for (const shift of ['', 'x', 'xx', 'xxx']) expect(plainText(utf8(shift + text))).toBe(shift + text);
    expect(plainText(utf8(`\ufeff${text}`))).toBe(text);
  });

  it.each(['low', 'high'] as const)('reads UTF-16 with the %s byte first', (order) => {
    expect(plainText(utf16(text, order))).toBe(text);
  });

  it('shows bytes that are no UTF-8 as such', () => {
    expect(plainText(Uint8Array.of(65, 0xff, 66))).toBe('A\ufffdB');
  });
});
