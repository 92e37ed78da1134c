import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { hideYours } from '../actions.ts';
import { select, useApprovals } from '../approvals.ts';
import { Chart } from '../chart/Chart.tsx';
import { type ChartOptions, choose, setOption, useChoices } from '../choices.ts';
import { bars, show } from '../engine.ts';
import { interval, price, priceOf, signedPercent, signedR, toneOf } from '../format.ts';
import type { ChartPosition, InstrumentView } from '../../projections/views.ts';
import { Empty, Segmented, Toggle } from '../parts.tsx';
import { asksUser } from '../queue.ts';
import { useDecimals, usePage } from '../store.ts';
import { pastOf } from '../trades.ts';
import { useTheme } from '../useTheme.ts';
import css from './ChartPanel.module.css';
import { LevelMoveBar } from './LevelMoveBar.tsx';

/** Bars that are offered, as multiples of the session's own. */
const multiples = (intervalMs: number): number[] => (intervalMs === 5_000 ? [1, 3, 12] : [1, 5, 15]);

const effective = (chosen: number, own: number): number =>
  multiples(own).some((times) => times * own === chosen) ? chosen : own;

export function ChartPanel(): ReactNode {
  return (
    <section className={css.panel} aria-label="Chart">
      <Instruments />
      <ChartHeader />
      <div className={css.body}>
        <ChartBody />
        <Progress />
        <LevelMoveBar />
      </div>
    </section>
  );
}

function ChartHeader(): ReactNode {
  const symbol = usePage((page) => page.session?.instrument.symbol);
  const own = usePage((page) => page.session?.intervalMs);
  const options = useChoices((choices) => choices.options);
  const toggle = (key: keyof Omit<ChartOptions, 'intervalMs'>, text: string, title?: string): ReactNode => (
    <Toggle on={options[key]} onChange={(on) => setOption({ [key]: on })} {...(title ? { title } : {})}>
      {text}
    </Toggle>
  );
  return (
    <header className={css.header}>
      <h2>{symbol ?? '–'}</h2>
      <LastPrice />
      {own === undefined ? null : (
        <Segmented
          label="Bars"
          value={effective(options.intervalMs, own)}
          options={multiples(own).map((times) => ({ value: times * own, text: interval(times * own) }))}
          onChoose={(intervalMs) => setOption({ intervalMs })}
        />
      )}
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

function ChartBody(): ReactNode {
  const session = usePage((page) => page.session);
  const view = usePage((page) => page.chart);
  const ts = usePage((page) => page.clock?.ts ?? null);
  const chosen = useChoices((choices) => choices.options);
  const focus = useChoices((choices) => choices.focus);
  const preview = useChoices((choices) => choices.preview);
  const candidate = useChoices((choices) => choices.candidate);
  const yours = useYours(session?.instrument.symbol, ts);
  const selected = useApprovals((queue) => queue.selected);
  const theme = useTheme();
  const clock = useMemo(() => ({ ts }), [ts]);
  const own = session?.intervalMs;
  const options = useMemo(
    () => ({ ...chosen, intervalMs: own === undefined ? chosen.intervalMs : effective(chosen.intervalMs, own) }),
    [chosen, own],
  );
  const drawn = useMemo(() => (yours.length === 0 ? view : { ...view, positions: [...yours, ...view.positions] }), [yours, view]);
  if (!session) return null;
  return (
    <Chart
      bars={bars}
      view={drawn}
      session={session}
      clock={clock}
      theme={theme}
      options={options}
      focus={focus === null || focus.symbol === null || focus.symbol === session.instrument.symbol ? focus : null}
      selectedProposalId={selected}
      preview={preview}
      candidate={candidate}
      onPin={showProposal}
      onMark={showRecord}
      onMoveStop={moveStop}
      onMoveTarget={moveTarget}
    />
  );
}

/** The user's own trades of an instrument, as far as the replay has come. */
function useYours(symbol: string | undefined, ts: number | null): readonly ChartPosition[] {
  const yours = useChoices((choices) => choices.yours);
  const past = useMemo(
    () => pastOf((yours?.drawn ?? []).flatMap((trade) => (trade.symbol === symbol ? [trade.position] : []))),
    [yours, symbol],
  );
  return past(ts ?? Number.NEGATIVE_INFINITY);
}

const showProposal = (id: string): void => {
  choose({ sideTab: 'approvals' });
  select(id);
};
const showRecord = (seq: number): void => choose({ logTab: 'journal', shownRecord: seq });
const moveStop = (positionId: string, to: number, loosens: boolean): void =>
  choose({ move: { level: 'stop', positionId, to, loosens } });
const moveTarget = (positionId: string, to: number): void =>
  choose({ move: { level: 'target', positionId, to, loosens: false } });

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
