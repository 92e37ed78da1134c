import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/*
 * The house rules of ARCHITECTURE.md that no compiler checks, read off the source itself: who may import whom, and what the core never does.
 */

const repo = fileURLToPath(new URL('..', import.meta.url));

const CORE = new Set(['domain', 'indicators', 'rules', 'sizing', 'engine', 'policy', 'projections', 'formats', 'study']);
const BELOW_PAGE = [...CORE, 'feeds', 'journal', 'worker'];

/** Which rooms, or single files of them, a room may import besides itself: by value, and as types only. */
const MAY_IMPORT: Record<string, { values: string[]; types?: string[] }> = {
  domain: { values: [] },
  indicators: { values: ['domain'] },
  rules: { values: ['domain'], types: ['indicators'] },
  sizing: { values: ['domain'] },
  policy: { values: ['domain', 'rules', 'sizing'] },
  engine: { values: ['domain', 'indicators', 'rules', 'sizing', 'policy'] },
  projections: { values: ['domain'], types: ['engine'] },
  formats: { values: ['domain'] },
  study: { values: ['domain', 'rules', 'engine', 'policy', 'projections'] },
  feeds: { values: ['domain', 'formats'] },
  journal: { values: ['domain', 'formats', 'feeds'] },
  worker: { values: BELOW_PAGE },
  ui: { values: ['domain', 'worker/client.ts'], types: ['projections', 'study', 'worker/protocol.ts'] },
  cli: { values: BELOW_PAGE },
  'headless.ts': { values: [...BELOW_PAGE, 'cli'] },
};

const CORE_PACKAGES = new Set(['decimal.js', 'zod']);
const PAGE_PACKAGES = /^(?:react|react-.*|@base-ui\/.*|@tanstack\/.*|zustand|lightweight-charts)(?:\/|$)/;

/** What gives the same bits in every engine. Everything else of Math does not, or rolls dice. */
const EXACT_MATH = 'abs|ceil|clz32|floor|fround|imul|max|min|round|sign|sqrt|trunc|PI|E|SQRT2|LN2|LN10';

const CORE_NEVER: [RegExp, string][] = [
  [/\bDate\s*\.\s*now\b/, 'reads the clock'],
  [/\bnew\s+Date\b\s*(?:\(\s*\)|(?!\s*\())/, 'reads the clock'],
  [/(?<!\bnew\s+)\bDate\s*\(/, 'reads the clock'],
  [/(?<![.\w$])performance\s*\.\s*(?:now|timeOrigin|mark|measure)\b/, 'reads the clock'],
  [/\bnew\s+Date\s*\([^()]*,/, "reads the machine's time zone"],
  [
    /\.(?:get|set)(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|TimezoneOffset)\s*\(/,
    "reads the machine's time zone",
  ],
  [/\.(?:toLocale\w*|localeCompare)\b/, "reads the machine's language"],
  [new RegExp(`\\bMath\\b(?!\\s*\\.\\s*(?:${EXACT_MATH})\\b)`), 'uses Math beyond the exact functions'],
  [/(?<![.\w$])(?:crypto\s*\.|\w*randomUUID\b)/, 'rolls dice'],
  [/(?<![.\w$])(?:setTimeout|setInterval|setImmediate|queueMicrotask|requestAnimationFrame)\b/, 'waits'],
  [/(?<![.\w$])(?:fetch\s*\(|XMLHttpRequest\b|WebSocket\b|indexedDB\b|localStorage\b)/, 'does I/O'],
  [/(?<![.\w$])(?:globalThis|window|document|navigator|process|console)\s*[.[]/, 'knows its surroundings'],
];

/** A `/` opens a regular expression where no value can have ended before it. */
const opensRegex = (before: string): boolean => /(?:^|=>|[(,=:[!&|?{;+\-*%^~]|\b(?:return|typeof|case|in|of))\s*$/.test(before);

/** The source with comments and the insides of strings and regular expressions blanked, every other character at its place. */
function blank(source: string): string {
  const out =
    [...source].length === source.length ? source.split('') : Array.from({ length: source.length }, (_, i) => source.charAt(i));
  const wipe = (from: number, to: number): void => {
    for (let i = from; i < to; i += 1) if (out[i] !== '\n') out[i] = ' ';
  };
  /** Braces still open, a list for each template inside which we are. */
  const templates: number[] = [];
  let at = 0;
  const quoted = (closing: string): void => {
    const from = at + 1;
    at = from;
    while (at < source.length && source[at] !== closing && source[at] !== '\n') at += source[at] === '\\' ? 2 : 1;
    wipe(from, Math.min(at, source.length));
    at += 1;
  };
  const template = (): void => {
    const from = at + 1;
    at = from;
    while (at < source.length && source[at] !== '`' && !source.startsWith('${', at)) at += source[at] === '\\' ? 2 : 1;
    wipe(from, Math.min(at, source.length));
    if (source[at] === '$') {
      templates.push(0);
      at += 1;
    }
    at += 1;
  };
  while (at < source.length) {
    const two = source.slice(at, at + 2);
    const one = source[at];
    if (two === '//' || two === '/*') {
      const end = source.indexOf(two === '//' ? '\n' : '*/', at + 2);
      const to = end < 0 ? source.length : end + (two === '//' ? 0 : 2);
      wipe(at, to);
      at = to;
    } else if (one === "'" || one === '"') quoted(one);
    else if (one === '`') template();
    else if (one === '/' && opensRegex(out.slice(Math.max(0, at - 12), at).join(''))) {
      const literal = /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//.exec(source.slice(at));
      if (literal !== null) wipe(at + 1, at + literal[0].length - 1);
      at += literal?.[0].length ?? 1;
    } else {
      const open = templates.at(-1);
      if (one === '{' && open !== undefined) templates[templates.length - 1] = open + 1;
      if (one === '}' && open !== undefined) {
        if (open === 0) {
          templates.pop();
          template();
          continue;
        }
        templates[templates.length - 1] = open - 1;
      }
      at += 1;
    }
  }
  return out.join('');
}

interface Import {
  specifier: string;
  typeOnly: boolean;
}

/** Every import, re-export, dynamic import and worker address of a source. Only `import type` leaves nothing behind at run time. */
function importsOf(source: string): Import[] {
  const code = blank(source);
  const found: Import[] = [];
  const forms =
    /\b(?:import|export)\s+(type\s+(?!from\b))?[\w$*{},\s]+?\bfrom\s*['"]|\bimport\s*\(?\s*['"`]|\bnew\s+URL\(\s*['"](?=[^'"]*['"]\s*,\s*import\.meta\.url)/g;
  for (const match of code.matchAll(forms)) {
    const from = match.index + match[0].length;
    const end = code.slice(from).search(/['"`]/);
    found.push({ specifier: source.slice(from, from + end), typeOnly: match[1] !== undefined });
  }
  return found;
}

interface Source {
  /** from src/, with forward slashes */
  path: string;
  text: string;
}

interface Edge {
  from: string;
  to: string;
  typeOnly: boolean;
}

const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);
const roomOf = (path: string): string => path.split('/', 1)[0] ?? '';
const inCore = ({ path }: Source): boolean => CORE.has(roomOf(path)) && !isTest(path);

function edgesOf(sources: readonly Source[]): Edge[] {
  return sources.flatMap(({ path, text }) =>
    importsOf(text)
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ specifier, typeOnly }) => ({ from: path, to: new URL(specifier, `file:///${path}`).pathname.slice(1), typeOnly })),
  );
}

/** The imports that the table of rooms does not allow. Tests may import any room but the page, which only the page's own do. */
function forbidden(edges: readonly Edge[]): string[] {
  const within = (to: string, places: readonly string[]): boolean => places.some((place) => to === place || roomOf(to) === place);
  return edges
    .filter(({ from, to, typeOnly }) => {
      if (roomOf(from) === roomOf(to)) return false;
      if (isTest(from) && roomOf(from) !== 'ui') return roomOf(to) === 'ui';
      if (isTest(from)) return false;
      const may = MAY_IMPORT[roomOf(from)];
      return may === undefined || !(within(to, may.values) || (typeOnly && within(to, may.types ?? [])));
    })
    .map(({ from, to, typeOnly }) => `${from} imports ${typeOnly ? 'types of ' : ''}${to}`);
}

/** One circle among the files, from a file back to itself, or none. */
function circle(edges: readonly Edge[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const walk = (file: string, path: string[]): string[] => {
    const seen = path.indexOf(file);
    if (seen >= 0) return [...path.slice(seen), file];
    if (done.has(file)) return [];
    for (const to of next.get(file) ?? []) {
      const found = walk(to, [...path, file]);
      if (found.length > 0) return found;
    }
    done.add(file);
    return [];
  };
  for (const file of next.keys()) {
    const found = walk(file, []);
    if (found.length > 0) return found;
  }
  return [];
}

/** What a core file does that the core never does. Powers are allowed between literals only: others differ between engines. */
function offences(text: string): string[] {
  const code = blank(text);
  const powers = code.replace(/(?<![\w.$)\]])\d[\d_]*\s*\*\*\s*\d[\d_]*(?![\w.$])/g, '').includes('**');
  return [
    ...CORE_NEVER.filter(([pattern]) => pattern.test(code)).map(([, what]) => what),
    ...(powers ? ['raises to a power'] : []),
  ];
}

const packageImports = (text: string): string[] =>
  importsOf(text).flatMap(({ specifier }) => (specifier.startsWith('.') ? [] : [specifier]));

const IGNORED = new Set(['.git', 'node_modules', 'dist', '.build', 'test-results', 'playwright-report', 'out']);

function filesUnder(folder: string): string[] {
  return readdirSync(`${repo}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    if (IGNORED.has(entry.name)) return [];
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesUnder(path) : entry.isFile() ? [path] : [];
  });
}

const read = (path: string): string => readFileSync(`${repo}${path}`, 'utf8');
const files = filesUnder('');
const sources: Source[] = files
  .filter((path) => /^src\/.*\.tsx?$/.test(path))
  .map((path) => ({ path: path.slice('src/'.length), text: read(path) }));
const edges = edgesOf(sources);
const shipped = sources.filter(({ path }) => !isTest(path));

describe('the rooms of the house', () => {
  it('are all in the table of who may import whom', () => {
    expect([...new Set(shipped.map(({ path }) => roomOf(path)))].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
  });

  it('import only in the directions that the architecture allows', () => {
    expect(edges.length).toBeGreaterThan(50);
    expect(forbidden(edges)).toEqual([]);
  });

  it('import nothing in a circle, not even types', () => {
    expect(circle(edges.filter(({ typeOnly }) => !typeOnly))).toEqual([]);
    expect(circle(edges)).toEqual([]);
  });

  it('use no package in the core but decimal.js and zod', () => {
    const others = shipped.filter(inCore).flatMap(({ path, text }) =>
      packageImports(text)
        .filter((name) => !CORE_PACKAGES.has(name))
        .map((name) => `${path} imports ${name}`),
    );
    expect(others).toEqual([]);
  });

  it("keep the page's packages in the page, and Node's in the command line", () => {
    const strays = shipped.flatMap(({ path, text }) =>
      packageImports(text)
        .filter(
          (name) =>
            (roomOf(path) !== 'ui' && PAGE_PACKAGES.test(name)) ||
            (path !== 'headless.ts' && roomOf(path) !== 'cli' && name.startsWith('node:')),
        )
        .map((name) => `${path} imports ${name}`),
    );
    expect(strays).toEqual([]);
  });
});

describe('the core', () => {
  it('reads no clock, rolls no dice, waits for nothing and uses only exact mathematics', () => {
    expect(shipped.filter(inCore).flatMap(({ path, text }) => offences(text).map((what) => `${path} ${what}`))).toEqual([]);
  });

  it('is compiled without the DOM and without Node', () => {
    const { compilerOptions, include } = JSON.parse(read('src/core.tsconfig.json'));
    expect(compilerOptions.lib).toEqual(['es2023']);
    expect(compilerOptions.types).toEqual([]);
    for (const room of CORE) expect(include).toContain(room);
  });
});

/** Paths of somebody's machine; /usr and its kin are the same everywhere. */
const MACHINE_PATH = /(?<![\w.~*)\]}-])\/(?:home|Users|root|work|tmp|mnt|private)\/[\w.-]|\b[A-Z]:\\Users\\/;
const SILENCERS = /@ts-(?:ignore|nocheck)|(?:eslint|oxlint|biome)-(?:disable|ignore)|\b(?:TODO|FIXME|XXX)\b/;

describe('the committed files', () => {
  const texts = files
    .filter((path) => !/\.(?:png|gz|zip|wasm|woff2|ico)$/.test(path))
    .map((path) => ({ path, text: read(path) }));

  it('name no registry host', () => {
    expect(read('package-lock.json').match(/"resolved": .*/)?.[0]).toBeUndefined();
    expect(read('.npmrc')).not.toMatch(/registry\s*=\s*http|_auth/);
  });

  it('name no path of a machine', () => {
    expect(texts.filter(({ text }) => MACHINE_PATH.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('silence no check and leave nothing to be done', () => {
    const own = texts.filter(
      ({ path }) => /^(?:src|e2e|bench|scripts)\/.*\.(?:tsx?|mjs)$/.test(path) && path !== 'src/house.test.ts',
    );
    expect(own.filter(({ text }) => SILENCERS.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('the scanner of this test', () => {
  it.each([
    ["import { a, type B } from './x.ts';", './x.ts', false],
    ["import type { A } from './x.ts';", './x.ts', true],
    ["import {\n  a,\n  b,\n} from\n  './x.ts';", './x.ts', false],
    ["import type from './x.ts';", './x.ts', false],
    ["import * as all from './x.ts';", './x.ts', false],
    ["import './x.css';", './x.css', false],
    ["export * from './x.ts';", './x.ts', false],
    ["export type { A } from './x.ts';", './x.ts', true],
    ["const a = await import('./x.ts');", './x.ts', false],
    ["new Worker(new URL('./x.ts', import.meta.url), { type: 'module' });", './x.ts', false],
    ["const s = `${`'${1}`}'`; import a from './x.ts';", './x.ts', false],
    ["const r = /['\"`]/; import a from './x.ts';", './x.ts', false],
  ])('finds the import in %j', (text, specifier, typeOnly) => {
    expect(importsOf(text)).toEqual([{ specifier, typeOnly }]);
  });

  it.each([
    "// import a from './x.ts';",
    "/* import a from './x.ts'; */",
    'const s = "import a from \'./x.ts\'";',
    "const from = Array.from('ab');",
  ])('finds no import in %j', (text) => expect(importsOf(text)).toEqual([]));

  it.each([
    'Date.now()',
    'new Date()',
    'new Date',
    'Date()',
    'new Date(2026, 1, 2)',
    'date.getHours()',
    'a.localeCompare(b)',
    'performance.now()',
    'Math.random()',
    'Math.exp(x)',
    'Math.log1p(x)',
    "Math['exp'](x)",
    'const { exp } = Math;',
    'x ** 2',
    '10 ** n',
    'x **= 2',
    'crypto.randomUUID()',
    'setTimeout(f, 1)',
    "fetch('x')",
    'globalThis.x',
    '`${Date.now()}`',
  ])('finds what the core never does in %j', (text) => expect(offences(text)).not.toEqual([]));

  it.each([
    'new Date(ts)',
    'date.getUTCHours()',
    'Math.max(a, b)',
    '10 ** 6',
    'figures.performance.now',
    '// Date.now()',
    "'Math.random()'",
    '/** x ** y */',
    '/Math.exp/',
  ])('lets %j pass', (text) => expect(offences(text)).toEqual([]));

  it('refuses an import against the direction, by value where only types may pass, and of the page by a test', () => {
    const text = "import { a } from '../engine/a.ts';";
    expect(forbidden(edgesOf([{ path: 'projections/b.ts', text }]))).toEqual(['projections/b.ts imports engine/a.ts']);
    expect(forbidden(edgesOf([{ path: 'projections/b.ts', text: text.replace('import', 'import type') }]))).toEqual([]);
    expect(forbidden(edgesOf([{ path: 'domain/b.ts', text }]))).toEqual(['domain/b.ts imports engine/a.ts']);
    expect(forbidden(edgesOf([{ path: 'unknown/b.ts', text }]))).toEqual(['unknown/b.ts imports engine/a.ts']);
    expect(forbidden(edgesOf([{ path: 'ui/b.ts', text: "import { a } from '../worker/host.ts';" }]))).toEqual([
      'ui/b.ts imports worker/host.ts',
    ]);
    expect(forbidden(edgesOf([{ path: 'rules/b.test.ts', text: "import { a } from '../ui/a.ts';" }]))).toEqual([
      'rules/b.test.ts imports ui/a.ts',
    ]);
  });

  it('finds a circle and names its way round', () => {
    const edge = (from: string, to: string): Edge => ({ from, to, typeOnly: false });
    expect(circle([edge('a', 'b'), edge('b', 'c'), edge('c', 'b')])).toEqual(['b', 'c', 'b']);
    expect(circle([edge('a', 'b'), edge('a', 'c'), edge('b', 'c')])).toEqual([]);
  });

  it('tells the path of a machine from a path of the web or of the repository', () => {
    const someone = ['', 'home', 'someone', 'x'].join('/');
    for (const text of [`see ${someone}`, `'${someone}'`]) expect(text).toMatch(MACHINE_PATH);
    for (const text of ['../work/x', 'https://example.org/home/x', '/usr/bin/chromium', 'src/worker/x'])
      expect(text).not.toMatch(MACHINE_PATH);
  });
});
