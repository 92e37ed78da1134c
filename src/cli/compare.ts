import { parseArgs } from 'node:util';
import { type Comparison, compared, underPolicy } from '../study/compare.ts';
import { comparisonCsv } from '../study/tables.ts';
import { prettyJson } from '../projections/figures.ts';
import { CASE_OPTIONS, casesOf } from './cases.ts';
import { oneOf, policyOf, UsageError } from './files.ts';

const COMPARE_OPTIONS = {
  ...CASE_OPTIONS,
  policy: { type: 'string', multiple: true },
  as: { type: 'string', default: 'table' },
} as const;

/** Puts two policies side by side on the same entries and prints the table. */
export async function compare(args: string[]): Promise<void> {
  const { values, positionals: paths } = parseArgs({ args, options: COMPARE_OPTIONS, allowPositionals: true });
  const [first, second, ...more] = values.policy ?? [];
  if (first === undefined || second === undefined || more.length > 0)
    throw new UsageError(`compare: ${(values.policy ?? []).length} policies; expected --policy A --policy B`);
  const as = oneOf('--as', values.as, ['table', 'csv', 'json'] as const);
  const [a, b] = [await policyOf(first, '--policy'), await policyOf(second, '--policy')];
  const { sessions, decider } = await casesOf('compare', values, paths, a);
  const table = compared(
    {
      names: [first, second],
      pairs: sessions.map(({ made, policyIn }) => ({
        a: underPolicy(made, policyIn(a), decider),
        b: underPolicy(made, policyIn(b), decider),
      })),
    },
    () => undefined,
  );
  process.stdout.write(as === 'csv' ? comparisonCsv(table) : as === 'json' ? prettyJson(table) : comparisonText(table));
}

const WIDTHS = [40, 14, 14, 14] as const;

const line = (cells: readonly string[]): string =>
  `${cells
    .map((cell, i) => (i === 0 ? cell.padEnd(WIDTHS[0]) : i < WIDTHS.length ? cell.padStart(WIDTHS[i] ?? 0) : `  ${cell}`))
    .join(' ')
    .trimEnd()}\n`;

/** A comparison as text: the table, what became of the entries, and what was refused. */
export function comparisonText({ sides, rows, pairs, notes, sessions }: Comparison): string {
  const [a, b] = sides;
  const refused = pairs.flatMap(({ session, ts, symbol, side, a, b }) =>
    [['A', a] as const, ['B', b] as const].flatMap(([which, one]) =>
      one.status === 'refused'
        ? [
            `  ${which} refused ${side} ${symbol} at ${new Date(ts).toISOString()}${sessions > 1 ? ` in ${session}` : ''}: ${one.reason}`,
          ]
        : [],
    ),
  );
  const SHOWN = 20;
  return [
    line(['', `A ${a.name}`, `B ${b.name}`, 'B − A', '95 % interval of B − A']),
    ...rows.map((row) =>
      line([
        row.label,
        row.a ?? '–',
        row.b ?? '–',
        row.difference ?? '–',
        row.low === null ? row.why : `${row.low} … ${row.high}`,
      ]),
    ),
    line(['Entries asked for', String(a.entries), String(b.entries)]),
    line(['Trades', String(a.trades), String(b.trades)]),
    line(['Refused', String(a.refused), String(b.refused)]),
    ...notes.map((note) => `${note}\n`),
    ...refused.slice(0, SHOWN).map((text) => `${text}\n`),
    ...(refused.length > SHOWN ? [`  and ${refused.length - SHOWN} more refusals (--as json lists all)\n`] : []),
  ].join('');
}
