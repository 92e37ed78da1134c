import { type ReactNode, useEffect, useRef } from 'react';
import { hideYours, togglePractice } from '../actions.ts';
import { fittingInterval, intervalsOf } from '../chart/intervals.ts';
import { type ChartOptions, choose, setOption, useChoices } from '../choices.ts';
import { show } from '../engine.ts';
import { interval, price, priceOf, signedPercent, signedR, toneOf } from '../format.ts';
import type { InstrumentView, SessionView } from '../../projections/views.ts';
import { Empty, Segmented, Toggle } from '../parts.tsx';
import { SPLITS, type Split } from '../panes.ts';
import { asksUser } from '../queue.ts';
import { useDecimals, usePage } from '../store.ts';
import css from './ChartPanel.module.css';
import { ChartPanes } from './ChartPanes.tsx';
import { BranchLegend } from './BranchLegend.tsx';
import { LevelMoveBar } from './LevelMoveBar.tsx';

export function ChartPanel(): ReactNode {
  return (
    <section className={css.panel} aria-label="Chart">
      <Instruments />
      <ChartHeader />
      <BranchLegend />
      <div className={css.body}>
        <ChartPanes />
        <Progress />
        <LevelMoveBar />
      </div>
    </section>
  );
}

/** The bars on offer: in a row, and as a list where there is no room for one. */
function Bars({ session }: { session: SessionView }): ReactNode {
  const chosen = useChoices((choices) => choices.options.intervalMs);
  const value = fittingInterval(session, chosen);
  const offered = intervalsOf(session).map((one) => ({ value: one, text: interval(one) }));
  const onChoose = (intervalMs: number): void => setOption({ intervalMs });
  return (
    <>
      <div className={css.row}>
        <Segmented label="Bars" value={value} options={offered} onChoose={onChoose} />
      </div>
      <select className={css.list} aria-label="Bars" value={value} onChange={(event) => onChoose(Number(event.target.value))}>
        {offered.map((one) => (
          <option key={one.value} value={one.value}>
            {one.text}
          </option>
        ))}
      </select>
    </>
  );
}

/** How many charts stand side by side. */
function Charts(): ReactNode {
  const split = useChoices((choices) => choices.split);
  const names = SPLITS.map((value) => ({
    value,
    text: `${value}`,
    title: `${value === 1 ? 'One chart' : `${value} charts`} (\\)`,
  }));
  const onChoose = (next: Split): void => choose({ split: next });
  return (
    <>
      <div className={css.row}>
        <Segmented label="Charts" value={split} options={names} onChoose={onChoose} />
      </div>
      <select
        className={css.list}
        aria-label="Charts"
        title="Charts side by side (\\)"
        value={split}
        onChange={(event) => onChoose(SPLITS.find((one) => String(one) === event.target.value) ?? 1)}
      >
        {SPLITS.map((value) => (
          <option key={value}>{value}</option>
        ))}
      </select>
    </>
  );
}

/** True once the switch was pressed: the page is drawn anew then, and the switch takes the focus back. */
let pressed = false;

function Practice(): ReactNode {
  const practice = useChoices((choices) => choices.practice);
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!pressed) return;
    pressed = false;
    // the panels find their sizes in the next frame, and what has none cannot be focused
    const frame = requestAnimationFrame(() => place.current?.querySelector('button')?.focus({ preventScroll: true }));
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <span ref={place}>
      <Toggle
        on={practice}
        onChange={() => {
          pressed = true;
          togglePractice();
        }}
        title="Hides what lies ahead, dates and symbols (H)"
      >
        Practice
      </Toggle>
    </span>
  );
}

function ChartHeader(): ReactNode {
  const session = usePage((page) => page.session);
  const options = useChoices((choices) => choices.options);
  const toggle = (key: keyof Omit<ChartOptions, 'intervalMs'>, text: string, title?: string): ReactNode => (
    <Toggle on={options[key]} onChange={(on) => setOption({ [key]: on })} {...(title ? { title } : {})}>
      {text}
    </Toggle>
  );
  return (
    <header className={css.header}>
      <h2>{session?.instrument.symbol ?? '–'}</h2>
      <LastPrice />
      {session ? <Bars session={session} /> : null}
      <fieldset className={css.toggles} aria-label="Indicators">
        {toggle('volume', 'Volume')}
        {toggle('rsi', 'RSI')}
        {toggle('macd', 'MACD')}
        {toggle('atr', 'ATR')}
      </fieldset>
      <div className={css.right}>
        <Yours />
        {toggle('levels', 'Levels', 'Where rules will act next')}
        {toggle('rScale', 'R scale', 'A second scale in units of initial risk')}
        <Charts />
        <Practice />
      </div>
    </header>
  );
}

/** Says that trades of the user's own are on the chart, and takes them off. */
function Yours(): ReactNode {
  const name = useChoices((choices) => choices.yours?.name);
  if (name === undefined) return null;
  return (
    <button type="button" data-quiet title={`Your trades of ${name} are drawn; press to take them off`} onClick={hideYours}>
      Yours ×
    </button>
  );
}

/** Every instrument of the session: its price, what is held of it and what waits; the one that is pressed is on the chart. */
function Instruments(): ReactNode {
  const instruments = usePage((page) => page.instruments);
  const shown = usePage((page) => page.session?.instrument.symbol);
  if (instruments.length < 2) return null;
  return (
    <nav className={css.instruments} aria-label="Instruments" title="[ and ] go from one to the next">
      {instruments.map((instrument) => (
        <Instrument key={instrument.symbol} instrument={instrument} shown={instrument.symbol === shown} />
      ))}
    </nav>
  );
}

function Instrument({ instrument, shown }: { instrument: InstrumentView; shown: boolean }): ReactNode {
  const { symbol, last, dayPercent } = instrument;
  const decimals = useDecimals(symbol);
  const held = usePage((page) => page.positions.find((one) => one.symbol === symbol && one.closedTs === null));
  const waiting = usePage(
    (page) =>
      page.proposals.filter((proposal) => proposal.symbol === symbol && asksUser(proposal, page.clock?.ts ?? null)).length,
  );
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (shown) button.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [shown]);
  return (
    <button ref={button} type="button" aria-pressed={shown} onClick={() => show(symbol)}>
      <b>{symbol}</b>
      <span>{last === '' ? '–' : price(last, decimals)}</span>
      <span className={css.day} data-tone={toneOf(dayPercent)} title="Against the open of the trading day">
        {dayPercent === '' ? '' : signedPercent(dayPercent)}
      </span>
      {held ? (
        <span className={css.held}>
          {held.side} <span data-tone={toneOf(held.pnlR)}>{signedR(held.pnlR)}</span>
        </span>
      ) : null}
      {waiting > 0 ? (
        <em title={waiting === 1 ? 'One proposal waits for you' : `${waiting} proposals wait for you`}>
          <span aria-hidden>●</span> {waiting}
          <span className="unseen"> {waiting === 1 ? 'waits' : 'wait'}</span>
        </em>
      ) : null}
    </button>
  );
}

function LastPrice(): ReactNode {
  const last = usePage((page) => page.lastBar);
  const decimals = useDecimals();
  if (!last) return <span className={css.last}>–</span>;
  const tone = last.close > last.open ? 'up' : last.close < last.open ? 'down' : undefined;
  return (
    <span className={css.last} data-tone={tone} title="Last price, against the open of its bar">
      {priceOf(last.close, decimals)}
      <small aria-hidden>{tone === 'up' ? '▲' : tone === 'down' ? '▼' : ''}</small>
    </span>
  );
}

function Progress(): ReactNode {
  const progress = usePage((page) => page.progress);
  const empty = usePage((page) => page.session === null && !page.dead);
  const trouble = usePage((page) => page.keeping?.trouble ?? null);
  if (!progress && !empty) return null;
  if (!progress && trouble) return <Empty>No session is open.</Empty>;
  const label = progress?.label ?? 'Starting the engine';
  return (
    <output className={css.progress} data-over={empty ? undefined : true}>
      <Empty>
        <p>
          {label}
          {progress ? ` · ${Math.round(progress.share * 100)} %` : ''}
        </p>
        <progress aria-label={label} {...(progress ? { value: progress.share } : {})} />
      </Empty>
    </output>
  );
}
