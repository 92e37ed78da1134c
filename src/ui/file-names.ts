const LONGEST = 80;

/** A name as a part of a file's name that every system takes: letters and digits of any script, joined by hyphens. */
export const stem = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, LONGEST)
    .replaceAll(/^-+|-+$/g, '') || 'session';
