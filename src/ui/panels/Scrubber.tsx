import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type CSSProperties, type ReactNode, memo, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { seek } from '../actions.ts';
import { useChoices } from '../choices.ts';
import { client } from '../engine.ts';
import { count, day, minute, stamp } from '../format.ts';
import { usePage } from '../store.ts';
import type { ClockView } from '../../projections/views.ts';
import css from './ReplayBar.module.css';

/** The tape from end to end. Dragging asks for at most one place a frame, always the last one pointed at. */
export function Scrubber(): ReactNode {
  const rows = usePage((page) => page.clock?.rows ?? 0);
  const row = usePage((page) => page.clock?.row ?? 0);
  const run = usePage((page) => page.run);
  const now = usePage((page) => page.clock?.ts ?? null);
  const dead = usePage((page) => page.dead);
  const latest = usePage((page) => page.clock?.latest ?? null);
  const ends = useEnds();
  const [drag, setDrag] = useState<{ to: number; from: number; run: number; held: boolean } | null>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  const due = useRef<number | null>(null);
  // Let go, the thumb stays where it was put until the engine has answered: the next press of a key counts from there.
  const shown = drag && (drag.held || (drag.from === row && drag.run === run)) ? drag.to : row;
  const letGo = (): void => setDrag((now) => now && { ...now, held: false });

  const ask = (next: number): void => {
    setDrag({ to: next, from: row, run, held: true });
    if (due.current === null)
      requestAnimationFrame(() => {
        if (due.current !== null) seek(due.current);
        due.current = null;
      });
    due.current = next;
  };

  return (
    <div
      className={css.scrubber}
      style={
        { '--share': rows > 0 ? shown / rows : 0, '--reach': rows > 0 ? Math.max(shown, latest ?? 0) / rows : 0 } as CSSProperties
      }
    >
      <span className={css.end}>{ends.from}</span>
      <div className={css.track}>
        <Marks />
        {latest === null ? null : (
          <span className={css.latest} data-testid="latest" style={{ left: alongTrack(latest / rows) }} />
        )}
        <input
          type="range"
          aria-label="Place on the tape"
          aria-valuetext={ends.text(shown, shown === row ? now : null)}
          min={0}
          max={rows}
          step={1}
          value={shown}
          disabled={dead || rows === 0}
          onChange={(event) => ask(Number(event.target.value))}
          onPointerUp={letGo}
          onKeyUp={letGo}
          onBlur={letGo}
          onPointerMove={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            const share = (event.clientX - box.left - 7) / (box.width - 14);
            setHover({
              row: Math.round(Math.max(0, Math.min(1, share)) * rows),
              reach: (NEAR_PX / (box.width - 14)) * rows,
            });
          }}
          onPointerLeave={() => setHover(null)}
        />
        {hover !== null && rows > 0 ? (
          <output
            className={css.tip}
            style={{ left: alongTrack(hover.row / rows), transform: `translateX(${(-100 * hover.row) / rows}%)` }}
          >
            <Marked {...hover} />
            <Tip row={hover.row} text={ends.text} />
          </output>
        ) : null}
      </div>
      <span className={css.end}>{ends.to}</span>
    </div>
  );
}

/** Where the pointer is, and how many rows from there a mark is still meant. */
interface Hover {
  row: number;
  reach: number;
}

const NEAR_PX = 4;
const alongTrack = (share: number): string => `calc(7px + (100% - 14px) * ${share})`;

/** What the marks near a row stand for. */
function Marked({ row, reach }: Hover): ReactNode {
  const near = usePage(
    useShallow(({ clock }) =>
      clock ? [...clock.marks, ...clock.ahead].map((mark) => mark.row).filter((at) => Math.abs(at - row) <= reach) : [],
    ),
  );
  const latest = usePage(({ clock }) => clock && clock.latest !== null && Math.abs(clock.latest - row) <= reach);
  const place = usePage((page) => `${page.run} ${page.journal.length}`);
  const [fromRow, toRow] = [Math.min(...near), Math.max(...near)];
  const { data } = useQuery({
    queryKey: ['marks', place, fromRow, toRow],
    queryFn: () => client.ask({ ask: 'marks', fromRow, toRow }),
    enabled: near.length > 0,
  });
  return (
    <>
      {data?.lines.map(({ seq, text, tone, ahead }) => (
        <span key={seq} data-tone={tone}>
          {ahead ? <span className={css.coming}>to come: </span> : null}
          {text}
        </span>
      ))}
      {data && data.more > 0 ? <span className={css.coming}>and {count(data.more)} more</span> : null}
      {latest ? <span>the latest place</span> : null}
    </>
  );
}

/** What is at a row: its time, once the worker has said it, and its number. */
function Tip({ row, text }: { row: number; text: (row: number, ts: number | null) => string }): ReactNode {
  const tape = usePage((page) => `${page.session?.source} ${page.session?.rows}`);
  const { data } = useQuery({
    queryKey: ['row-time', tape, row],
    queryFn: async () => ({ row, ts: await client.ask({ ask: 'row-time', row }) }),
    placeholderData: keepPreviousData,
  });
  return <>{data ? text(data.row, data.ts) : text(row, null)}</>;
}

/** Labels of the two ends, and of a row: its time where it is known, and its number. */
function useEnds(): { from: string; to: string; text: (row: number, ts: number | null) => string } {
  const session = usePage((page) => page.session);
  const practice = useChoices((choices) => choices.practice);
  if (!session) return { from: '', to: '', text: () => '' };
  const { zone, fromTs, toTs, rows } = session;
  // in practice the tape ends where it was reached, and says nothing of how long it is
  if (practice)
    return {
      from: day(fromTs, zone),
      to: 'so far',
      text: (row, ts) => (ts === null ? `row ${count(row)}` : `${stamp(ts, zone)} · row ${count(row)}`),
    };
  const oneDay = day(fromTs, zone) === day(toTs, zone);
  const years = new Set([fromTs, toTs].map((ts) => day(ts, zone).split(' ').at(-1)));
  const name = oneDay ? minute : years.size > 1 ? day : (ts: number, at: string): string => stamp(ts, at).split(',')[0] ?? '';
  return {
    from: name(fromTs, zone),
    to: name(toTs, zone),
    text: (row, ts) => {
      const place = `row ${count(row)} of ${count(rows)}`;
      return ts === null ? place : `${stamp(ts, zone)} · ${place}`;
    },
  };
}

const NONE: ClockView['marks'] = [];
/** Marks nearer than this share of the track would lie on each other. */
const LEAST_GAP = 1 / 600;

const Marks = memo(function Marks(): ReactNode {
  const marks = usePage((page) => page.clock?.marks ?? NONE);
  const ahead = usePage((page) => page.clock?.ahead ?? NONE);
  const rows = usePage((page) => page.clock?.rows ?? 0);
  if (rows === 0) return null;
  const keyed = (ofThese: ClockView['marks'], coming: boolean) =>
    ofThese.map(({ row, tone }) => [`${Math.round(row / rows / LEAST_GAP)} ${tone}`, { row, tone, coming }] as const);
  // what has happened hides what is to come at the same place
  const drawn = new Map([...keyed(ahead, true), ...keyed(marks, false)]);
  return (
    <svg className={css.marks} aria-hidden>
      {[...drawn].map(([key, { row, tone, coming }]) => (
        <rect
          key={key}
          data-tone={tone}
          data-ahead={coming || undefined}
          x={`${(100 * row) / rows}%`}
          y={0}
          width={2}
          height={6}
        />
      ))}
    </svg>
  );
});
