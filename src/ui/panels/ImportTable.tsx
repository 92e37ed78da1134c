import { type ReactNode, useId, useState } from 'react';
import {
  DELIMITERS,
  type Delimiter,
  FINEST_PRICE_SCALE,
  type LayoutChoice,
  type Places,
  ROLES,
  type Role,
  type TableLook,
  TIME_FORMS,
  type TimeForm,
} from '../../domain/layout.ts';
import { Field } from '../parts.tsx';
import css from './ImportTable.module.css';

interface Props {
  table: TableLook;
  /** what was corrected */
  layout: LayoutChoice;
  onLayout: (layout: LayoutChoice) => void;
}

const DELIMITER_WORDS: Record<Delimiter, string> = { ',': 'Comma', ';': 'Semicolon', '\t': 'Tab' };

const TIME_WORDS: Record<TimeForm, string> = {
  s: 'Seconds',
  ms: 'Milliseconds',
  us: 'Microseconds',
  ns: 'Nanoseconds',
  ymd: 'Year, month, day',
  dmy: 'Day, month, year',
  mdy: 'Month, day, year',
};

const ROLE_WORDS: Record<Role, string> = {
  ts: 'Time or date',
  clock: 'Time of day',
  open: 'Open',
  high: 'High',
  low: 'Low',
  close: 'Close',
  volume: 'Volume',
  price: 'Price of a trade',
  size: 'Size of a trade',
  side: 'Side: buy or sell',
  maker: 'Buyer was maker',
  id: 'Id of a trade',
  venue: 'Venue of the id',
  bid: 'Bid',
  ask: 'Ask',
  bid_size: 'Size of the bid',
  ask_size: 'Size of the ask',
  bid_open: 'Bid open',
  bid_high: 'Bid high',
  bid_low: 'Bid low',
  bid_close: 'Bid close',
  ask_open: 'Ask open',
  ask_high: 'Ask high',
  ask_low: 'Ask low',
  ask_close: 'Ask close',
  symbol: 'Symbol',
  action: 'Action: T is a trade',
};

const ZONES = [
  'UTC',
  'America/New_York',
  'America/Chicago',
  'Europe/London',
  'Europe/Berlin',
  'Asia/Tokyo',
  'America/New_York+07:00',
  'UTC+02:00',
];
const SCALES = Array.from({ length: 1 - FINEST_PRICE_SCALE }, (_, power) => -power);

/** How the text of a file was laid out, each part of which may be corrected. */
export function ImportTable({ table: found, layout, onLayout }: Props): ReactNode {
  const zones = useId();
  // what was chosen shows at once, while the file is read with it
  const table: TableLook = { ...found, ...layout };
  const corrected = Object.keys(layout).length > 0;
  const { zone } = table;
  return (
    <section className={css.layout} aria-label="How the file is laid out">
      <p className={css.format}>
        <span>
          Format: <b>{table.format ?? 'not known'}</b>
          {table.decimalComma ? ', decimals with a comma' : ''}
        </span>
        {corrected ? (
          <button type="button" data-quiet onClick={() => onLayout({})}>
            Back to what was found
          </button>
        ) : null}
      </p>
      <Field label="Columns are divided by">
        <select
          value={table.delimiter}
          onChange={({ target }) => onLayout(without({ ...layout, delimiter: target.value as Delimiter }, 'columns'))}
        >
          {DELIMITERS.map((delimiter) => (
            <option key={delimiter} value={delimiter}>
              {DELIMITER_WORDS[delimiter]}
            </option>
          ))}
        </select>
      </Field>
      <Field label="First line">
        <select
          value={table.header ? 'yes' : 'no'}
          onChange={({ target }) => onLayout(without({ ...layout, header: target.value === 'yes' }, 'columns'))}
        >
          <option value="yes">Column names</option>
          <option value="no">A row</option>
        </select>
      </Field>
      <Field label="Times are">
        <select value={table.time} onChange={({ target }) => onLayout({ ...layout, time: target.value as TimeForm })}>
          {TIME_FORMS.map((form) => (
            <option key={form} value={form}>
              {TIME_WORDS[form]}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Zone of the times">
        <input
          value={zone ?? ''}
          list={zones}
          placeholder="not needed"
          disabled={zone === undefined}
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => onLayout({ ...layout, zone: target.value })}
        />
        <datalist id={zones}>
          {ZONES.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </datalist>
      </Field>
      <Field label="Prices">
        <select value={table.priceScale} onChange={({ target }) => onLayout({ ...layout, priceScale: Number(target.value) })}>
          {SCALES.map((scale) => (
            <option key={scale} value={scale}>
              {scale === 0 ? 'As written' : `Count 1e${scale}`}
            </option>
          ))}
        </select>
      </Field>
      <Mapper table={table} onColumns={(columns) => onLayout({ ...layout, columns })} />
    </section>
  );
}

/** What was mapped on another division of the lines says nothing of this one. */
function without(layout: LayoutChoice, key: 'columns'): LayoutChoice {
  const { [key]: _dropped, ...rest } = layout;
  return rest;
}

/** Whether an earlier column has been given the same role. */
const isTwice = (roles: readonly (Role | undefined)[], at: number): boolean =>
  roles[at] !== undefined && roles.indexOf(roles[at]) < at;

/**
 * Which column holds what, over the first rows of the file. Open where nothing could be found. Two columns may be given one role, and the first
 * is read: on its way through a list the keyboard passes roles that another column has, and takes none away.
 */
function Mapper({ table, onColumns }: { table: TableLook; onColumns: (columns: Places) => void }): ReactNode {
  const { titles, rows, header, columns, format } = table;
  const [chosen, setChosen] = useState<{ roles: readonly (Role | undefined)[]; columns: Places }>();
  const found = titles.map((_, at) => ROLES.find((role) => columns[role] === at));
  const roles = chosen?.columns === columns ? chosen.roles : found;
  const shown = titles.map((title, at) => ({ at, title, role: roles[at], twice: isTwice(roles, at) }));
  const put = (at: number, role: Role | undefined): void => {
    const next = roles.with(at, role);
    const places: Places = {};
    for (const [place, each] of next.entries()) if (each !== undefined) places[each] ??= place;
    setChosen({ roles: next, columns: places });
    onColumns(places);
  };
  return (
    <details className={css.columns} open={format === undefined || format === 'columns as you say'}>
      <summary>Which column holds what</summary>
      <p className={css.hint}>
        Bars need a time, open, high, low and close; trades a time, price and size; quotes a time, bid and ask.
      </p>
      <section className={css.scroller} aria-label="Columns and first rows">
        <table>
          <thead>
            <tr>
              {shown.map(({ at, title, role, twice }) => (
                <th key={at} scope="col">
                  <select
                    aria-label={header ? `Column ${at + 1}, ${title}` : `Column ${at + 1}`}
                    value={role ?? ''}
                    aria-invalid={twice}
                    title={twice ? 'An earlier column holds this already: this one is not read' : undefined}
                    onChange={({ target }) =>
                      put(
                        at,
                        ROLES.find((each) => each === target.value),
                      )
                    }
                  >
                    <option value="">Not read</option>
                    {ROLES.map((each) => (
                      <option key={each} value={each}>
                        {ROLE_WORDS[each]}
                      </option>
                    ))}
                  </select>
                </th>
              ))}
            </tr>
            {header ? (
              <tr>
                {shown.map(({ at, title }) => (
                  <th key={at} scope="col" title={title}>
                    {title}
                  </th>
                ))}
              </tr>
            ) : null}
          </thead>
          <tbody>
            {[...rows.entries()].map(([row, cells]) => (
              <tr key={row}>
                {shown.map(({ at, role, twice }) => (
                  <td key={at} data-read={role === undefined || twice ? undefined : ''} title={cells[at]}>
                    {cells[at]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
