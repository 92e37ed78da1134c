import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef } from 'react';
import type { JournalKind, JournalLine } from '../../projections/views.ts';
import { choose, useChoices } from '../choices.ts';
import { client, show as showInstrument } from '../engine.ts';
import { day, machineTime, stamp, time } from '../format.ts';
import { otherWayLines } from '../other-way.ts';
import { askFork } from '../fork.ts';
import { Empty } from '../parts.tsx';
import { recordText } from '../practice.ts';
import { usePage } from '../store.ts';
import css from './Journal.module.css';

/** `main`: what happened, without the steps in between. */
export type JournalFilter = JournalKind | 'main' | 'all';

const FILTERS: { value: JournalFilter; text: string }[] = [
  { value: 'main', text: 'what happened' },
  { value: 'all', text: 'all' },
  { value: 'order', text: 'orders' },
  { value: 'stop', text: 'stops' },
  { value: 'proposal', text: 'proposals' },
  { value: 'position', text: 'positions' },
  { value: 'command', text: 'commands' },
  { value: 'refusal', text: 'refusals' },
  { value: 'session', text: 'session' },
];

export function JournalFilterSelect(props: { value: JournalFilter; onChange: (value: JournalFilter) => void }): ReactNode {
  return (
    <select
      className={css.filter}
      aria-label="Show in the journal"
      value={props.value}
      onChange={(event) => props.onChange(FILTERS.find(({ value }) => value === event.target.value)?.value ?? 'main')}
    >
      {FILTERS.map(({ value, text }) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
}

const ROW_PX = 26;

/** The event log, newest first. */
export function Journal({ filter }: { filter: JournalFilter }): ReactNode {
  'use no memo';
  const journal = usePage((page) => page.journal);
  const zone = usePage((page) => page.session?.zone ?? 'UTC');
  const lines = useMemo(
    () =>
      journal
        .filter(
          (line) =>
            filter === 'all' || (filter === 'main' ? line.tone !== 'muted' || line.kind === 'session' : line.kind === filter),
        )
        .toReversed(),
    [journal, filter],
  );
  const opened = useChoices((choices) => choices.shownRecord);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => lines[index]?.seq ?? index,
    overscan: 8,
  });
  // Only a newly shown record scrolls: lines that come in above it do not.
  const scrollTo = useEffectEvent((seq: number) => {
    const at = lines.findIndex((line) => line.seq === seq);
    // of a record with two outcomes these come first, and are to be seen
    if (at >= 0) rows.scrollToIndex(at, { align: lines[at]?.other ? 'start' : 'auto' });
  });
  useEffect(() => {
    if (opened !== null) scrollTo(opened);
  }, [opened]);
  const held = useRef(lines.length);
  useLayoutEffect(() => {
    const added = lines.length - held.current;
    held.current = lines.length;
    // New lines come in on top; who has scrolled down keeps reading the same line.
    if (added > 0 && scroller.current && scroller.current.scrollTop > 0) scroller.current.scrollTop += added * ROW_PX;
  }, [lines.length]);
  if (journal.length === 0) return <Empty>Nothing has happened yet. Space plays.</Empty>;
  if (lines.length === 0) return <Empty>No lines of this kind.</Empty>;
  return (
    <div ref={scroller} className={css.scroller} tabIndex={-1}>
      <ol aria-label="Journal" className={css.list} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ key, index, start }) => {
          const line = lines[index];
          return line ? (
            <li
              key={key}
              ref={rows.measureElement}
              data-index={index}
              data-seq={line.seq}
              data-kind={line.kind}
              className={css.row}
              style={{ transform: `translateY(${start}px)` }}
            >
              <Line
                line={line}
                zone={zone}
                date={dateAbove(lines[index + 1], line, zone)}
                open={opened === line.seq}
                onOpen={(open) => choose({ shownRecord: open ? line.seq : null })}
              />
            </li>
          ) : null;
        })}
      </ol>
    </div>
  );
}

/** The date of a line that is the first of its day; '' of the others, whose time is enough. */
const dateAbove = (before: JournalLine | undefined, line: JournalLine, zone: string): string =>
  before && day(before.ts, zone) === day(line.ts, zone) ? '' : day(line.ts, zone);

function Line(props: {
  line: JournalLine;
  zone: string;
  date: string;
  open: boolean;
  onOpen: (open: boolean) => void;
}): ReactNode {
  const { line, zone, date, open, onOpen } = props;
  const several = usePage((page) => (page.session?.symbols.length ?? 1) > 1);
  const show = (): void => {
    if (!open) {
      const { ts, price, symbol, positionId } = line;
      choose(({ focus }) => ({ focus: { ts, price, symbol, nonce: (focus?.nonce ?? 0) + 1 } }));
      if (symbol !== null) showInstrument(symbol);
      if (positionId !== null) choose({ selectedPositionId: positionId });
    }
    onOpen(!open);
  };
  return (
    <>
      <button type="button" className={css.line} aria-expanded={open} onClick={show}>
        <time dateTime={machineTime(line.ts, zone)} title={stamp(line.ts, zone)}>
          {time(line.ts, zone)}
          {date === '' ? null : <small>{date}</small>}
        </time>
        <span data-tone={line.tone}>
          {several && line.symbol !== null ? <b className={css.symbol}>{line.symbol} </b> : null}
          {line.text}
        </span>
      </button>
      {open ? (
        <>
          <button type="button" data-quiet className={css.fork} onClick={() => askFork({ seq: line.seq })} aria-keyshortcuts="F">
            Fork here <kbd>F</kbd>
          </button>
          <Record seq={line.seq} other={line.other} />
        </>
      ) : null}
    </>
  );
}

/** The journal's own record, as it is written to `journal.jsonl`; before it what would have come of the other way. */
function Record({ seq, other }: { seq: number; other: JournalLine['other'] }): ReactNode {
  const run = usePage((page) => page.run);
  const { data, error } = useQuery({ queryKey: ['record', run, seq], queryFn: () => client.ask({ ask: 'record', seq }) });
  const ways = useRef<HTMLParagraphElement>(null);
  const shown = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (data) (ways.current ?? shown.current)?.scrollIntoView({ block: 'nearest' });
  }, [data]);
  if (error) return <p data-tone="fault">{error.message}</p>;
  return (
    <>
      {other ? (
        <p ref={ways} className={css.other} aria-label="Stop and target in one bar">
          {otherWayLines(other).map((text) => (
            <span key={text}>{text}</span>
          ))}
        </p>
      ) : null}
      <pre ref={shown} className={css.record}>
        {data ? recordText(data) : '…'}
      </pre>
    </>
  );
}
