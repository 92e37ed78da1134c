import { type ReactNode, useMemo } from 'react';
import { select, useApprovals } from '../approvals.ts';
import { useDrawnBranches } from '../branches.ts';
import type { BarStore } from '../chart/bars.ts';
import { Chart } from '../chart/Chart.tsx';
import { Crosshair } from '../chart/crosshair.ts';
import { fittingInterval, intervalsOf } from '../chart/intervals.ts';
import { choose, setPane, useChoices } from '../choices.ts';
import { bars, barsBeside } from '../engine.ts';
import { interval, price } from '../format.ts';
import { panesBeside } from '../panes.ts';
import { covered, uncovered } from '../practice.ts';
import type { ChartPosition, ChartView, SessionView } from '../../projections/views.ts';
import { Empty } from '../parts.tsx';
import { useDecimals, usePage } from '../store.ts';
import { pastOf } from '../trades.ts';
import { useTheme } from '../useTheme.ts';
import css from './ChartPanes.module.css';

const crosshair = new Crosshair();
/** A chart has its place, whatever it shows. */
const PLACES = ['second', 'third', 'fourth'] as const;

/** One chart, or several of the session's instruments on one clock. */
export function ChartPanes(): ReactNode {
  const session = usePage((page) => page.session);
  const view = usePage((page) => page.chart);
  const intervalMs = useChoices((choices) => choices.options.intervalMs);
  const split = useChoices((choices) => choices.split);
  const chosen = useChoices((choices) => choices.panes);
  if (!session) return null;
  const panes = panesBeside(session.symbols, session.instrument.symbol, split, covered(chosen));
  return (
    <div className={css.panes} data-split={split}>
      <div className={css.pane}>
        <div className={css.chart}>
          <PaneChart session={session} view={view} store={bars} intervalMs={intervalMs} first />
        </div>
      </div>
      {panes.map((pane, at) => (
        <PaneBeside key={PLACES[at]} at={at} symbol={pane.symbol} intervalMs={pane.intervalMs} />
      ))}
    </div>
  );
}

/** A chart beside the first, with an instrument and bars of its own. */
function PaneBeside({ at, symbol, intervalMs }: { at: number; symbol: string; intervalMs: number }): ReactNode {
  const session = usePage((page) => page.session);
  const view = usePage((page) => page.chart);
  const beside = usePage((page) => page.beside.find((one) => one.symbol === symbol));
  const same = session?.instrument.symbol === symbol;
  const shown = same ? session : beside?.session;
  return (
    <section className={css.pane} aria-label={`Chart ${at + 2}`}>
      <header className={css.header}>
        <select
          aria-label={`Instrument of chart ${at + 2}`}
          value={symbol}
          onChange={(event) => setPane(at, { symbol: uncovered(event.target.value) })}
        >
          {session?.symbols.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <Last symbol={symbol} />
        {shown ? (
          <select
            className={css.interval}
            aria-label={`Bars of chart ${at + 2}`}
            value={fittingInterval(shown, intervalMs)}
            onChange={(event) => setPane(at, { intervalMs: Number(event.target.value) })}
          >
            {intervalsOf(shown).map((value) => (
              <option key={value} value={value}>
                {interval(value)}
              </option>
            ))}
          </select>
        ) : null}
      </header>
      <div className={css.chart}>
        {same && session ? (
          <PaneChart session={session} view={view} store={bars} intervalMs={intervalMs} />
        ) : beside ? (
          <PaneChart session={beside.session} view={beside.chart} store={barsBeside(uncovered(symbol))} intervalMs={intervalMs} />
        ) : (
          <Empty>Drawing {symbol}</Empty>
        )}
      </div>
    </section>
  );
}

function Last({ symbol }: { symbol: string }): ReactNode {
  const last = usePage((page) => page.instruments.find((one) => one.symbol === symbol)?.last ?? '');
  const decimals = useDecimals(symbol);
  return <span className={css.last}>{last === '' ? '–' : price(last, decimals)}</span>;
}

/** @param first where what is being entered or tried out is drawn */
function PaneChart(props: {
  session: SessionView;
  view: ChartView;
  store: BarStore;
  intervalMs: number;
  first?: boolean;
}): ReactNode {
  const { session, view, store, intervalMs, first = false } = props;
  const { symbol } = session.instrument;
  const ts = usePage((page) => page.clock?.ts ?? null);
  const chosen = useChoices((choices) => choices.options);
  const focus = useChoices((choices) => choices.focus);
  const preview = useChoices((choices) => choices.preview);
  const candidate = useChoices((choices) => choices.candidate);
  const branches = useDrawnBranches();
  const wholeBranches = useChoices((choices) => choices.wholeBranches);
  const yours = useYours(symbol, ts);
  const selected = useApprovals((queue) => queue.selected);
  const theme = useTheme();
  const clock = useMemo(() => ({ ts }), [ts]);
  const options = useMemo(() => ({ ...chosen, intervalMs: fittingInterval(session, intervalMs) }), [chosen, session, intervalMs]);
  const drawn = useMemo(() => (yours.length === 0 ? view : { ...view, positions: [...yours, ...view.positions] }), [yours, view]);
  return (
    <Chart
      bars={store}
      crosshair={crosshair}
      view={drawn}
      session={session}
      clock={clock}
      theme={theme}
      options={options}
      focus={focus === null || (focus.symbol === null ? first : focus.symbol === symbol) ? focus : null}
      selectedProposalId={selected}
      preview={first ? preview : null}
      candidate={first ? candidate : NO_LEVELS}
      branches={first ? branches : NO_BRANCHES}
      wholeBranches={wholeBranches}
      onPin={showProposal}
      onMark={showRecord}
      onMoveStop={moveStop}
      onMoveTarget={moveTarget}
    />
  );
}

const NO_LEVELS: ChartView['nextLevels'] = [];
const NO_BRANCHES: ReturnType<typeof useDrawnBranches> = [];

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
