import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

/** What a verb prints, and a folder for its files: new for each test. */
export interface CommandLine {
  folder: string;
  /** to standard output, and to standard error */
  printed: string;
  said: string;
  /** @returns its path */
  fileWith(name: string, content: string): string;
}

/** A command line for the tests of the file that calls it. */
export function commandLine(): CommandLine {
  const line: CommandLine = {
    folder: '',
    printed: '',
    said: '',
    fileWith(name, content) {
      const path = join(line.folder, name);
      writeFileSync(path, content);
      return path;
    },
  };
  beforeEach(() => {
    Object.assign(line, { folder: mkdtempSync(join(tmpdir(), 'ratchet-cli-')), printed: '', said: '' });
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      line.printed += String(text);
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      line.said += String(text);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(line.folder, { recursive: true, force: true });
  });
  return line;
}
