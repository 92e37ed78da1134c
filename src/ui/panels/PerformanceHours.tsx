import { type CSSProperties, type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import type { ZoneClock } from '../../domain/session.ts';
import type { PerformanceView, TradePoint } from '../../projections/performance-views.ts';
import { sessionClock } from '../chart/times.ts';
import { count, signedMoney, zoneName } from '../format.ts';
import { openOneOf } from '../performance.ts';
import { roved } from '../plots/roving.ts';
import { usePage } from '../store.ts';
import { CardHead } from './PerformanceCard.tsx';
import css from './PerformanceHours.module.css';

type Cell = PerformanceView['byHour'][number];

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const DAY_MS = 86_400_000;
/** Weekday 1 is Monday, and 1970-01-01 was a Thursday. */
const THURSDAY = 3;

/** Whether a trade was closed in a cell's hour. */
const isIn = (clock: ZoneClock, { weekday, hour }: Cell, { closedTs }: TradePoint): boolean =>
  ((Date.parse(clock.day(closedTs).date) / DAY_MS + THURSDAY) % 7) + 1 === weekday &&
  Number(clock.timeOfDay(closedTs).slice(0, 2)) === hour;

const hourText = (hour: number): string => String(hour).padStart(2, '0');

/** Result by the hour and the weekday of the close. One tab stop: arrows go from cell to cell, Enter to their trades one after the other. */
export function PerformanceHours({ view }: { view: PerformanceView }): ReactNode {
  const session = usePage((page) => page.session);
  const zone = session?.zone ?? 'UTC';
  const clock = useMemo(() => (session ? sessionClock(session) : null), [session]);
  const [at, setAt] = useState(0);
  const table = useRef<HTMLTableElement>(null);
  const { byHour } = view;
  const [first, last] = [Math.min(...byHour.map(({ hour }) => hour)), Math.max(...byHour.map(({ hour }) => hour))];
  const hours = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const days = WEEKDAYS.filter((_, index) => index < 5 || byHour.some(({ weekday }) => weekday === index + 1));
  const strongest = Math.max(...byHour.map(({ sum }) => Math.abs(sum)));
  const current = Math.min(at, byHour.length - 1);
  const open = (cell: Cell): void => {
    if (clock) openOneOf(view.trades.filter((trade) => isIn(clock, cell, trade)));
  };
  const onKey = (event: KeyboardEvent): void => {
    const next = roved(event.key, current, byHour.length);
    if (next === null) return;
    event.preventDefault();
    setAt(next);
    table.current?.querySelectorAll<HTMLElement>('button')[next]?.focus();
  };
  return (
    <section className={css.hours} aria-label="By hour and weekday">
      <CardHead title="By hour and weekday" table="by-hour">
        <span className={css.legend}>
          of the close, {zoneName(zone)} · loss <i aria-hidden /> gain
        </span>
      </CardHead>
      <div className={css.scroller}>
        <table ref={table} className={css.table} aria-label="By hour and weekday">
          <thead>
            <tr>
              <th scope="col">
                <span className="unseen">Weekday</span>
              </th>
              {hours.map((hour) => (
                <th key={hour} scope="col">
                  {hourText(hour)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map((name) => (
              <tr key={name}>
                <th scope="row">
                  <abbr title={name}>{name.slice(0, 3)}</abbr>
                </th>
                {hours.map((hour) => {
                  const index = byHour.findIndex((cell) => cell.hour === hour && WEEKDAYS[cell.weekday - 1] === name);
                  const cell = byHour[index];
                  if (!cell)
                    return (
                      <td key={hour}>
                        <span className="unseen">none</span>
                      </td>
                    );
                  return (
                    <td key={hour} style={heat(cell.sum, strongest)}>
                      <button
                        type="button"
                        tabIndex={index === current ? 0 : -1}
                        title={`${name} ${hourText(hour)}:00 · ${told(cell)}`}
                        aria-label={`${name} ${hourText(hour)}:00, ${told(cell)}`}
                        onFocus={() => setAt(index)}
                        onKeyDown={onKey}
                        onClick={() => open(cell)}
                      >
                        {signedMoney(cell.pnl)}
                        <small>{count(cell.trades)}</small>
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const told = ({ pnl, trades }: Cell): string =>
  `${signedMoney(pnl)} from ${trades === 1 ? '1 trade' : `${count(trades)} trades`}`;

/** A cell's ground: the more was made or lost, the stronger, and never so strong that its text is lost. */
const heat = (sum: number, strongest: number): CSSProperties => ({
  background: `color-mix(in srgb, var(--${sum >= 0 ? 'up' : 'down'}) ${strongest === 0 ? 0 : Math.round(6 + (Math.abs(sum) / strongest) * 34)}%, var(--panel))`,
});
