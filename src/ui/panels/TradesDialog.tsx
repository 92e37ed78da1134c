import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import type { TradesFound, TradesOptions, TradeView } from '../../worker/protocol.ts';
import { choose, useChoices } from '../choices.ts';
import { Dialog } from '../Dialog.tsx';
import { client, show } from '../engine.ts';
import { count, moment, money, signedMoney, toneOf, zoneName } from '../format.ts';
import { fileKey } from '../importing.ts';
import { Switch } from '../parts.tsx';
import { usePage } from '../store.ts';
import { matched } from '../trades.ts';
import { RejectedRows } from './RejectedRows.tsx';
import css from './TradesDialog.module.css';
import { TradesFields } from './TradesFields.tsx';
import { TradesTable } from './TradesTable.tsx';

const LOOK_DELAY_MS = 300;

const close = (): void => choose(({ trades }) => ({ trades: trades.slice(1) }));

/** Shows the user's own trades as a file has them, lets it be said what the file does not say, and puts them on the chart or gives them to the policy. */
export function TradesDialog(): ReactNode {
  const trades = useChoices((choices) => choices.trades[0]);
  // one dialog at a time: files that are to be opened come first
  const importing = useChoices((choices) => choices.importing !== null);
  const open = trades !== undefined && !importing;
  return (
    <Dialog title={`Your trades: ${trades?.file.name ?? ''}`} open={open} onClose={close} wide>
      {open ? <Trades key={fileKey(trades.file)} file={trades.file} first={trades.found} /> : null}
    </Dialog>
  );
}

function Trades({ file, first }: { file: File; first: TradesFound }): ReactNode {
  const [options, setOptions] = useState<TradesOptions>({});
  const { found, error, looking } = useTrades(file, options, first);
  const session = usePage((page) => page.session);
  const now = usePage((page) => page.clock?.ts ?? Number.NEGATIVE_INFINITY);
  const fits = matched(found, session);
  const zone = session?.zone ?? 'UTC';
  const ready = error === undefined && !looking;
  const draw = (): void => {
    choose({ yours: { name: found.name, drawn: found.drawn } });
    const shown = session?.instrument.symbol;
    const other = fits.symbols.find(({ here }) => here)?.symbol;
    if (other !== undefined && !fits.symbols.some(({ symbol }) => symbol === shown)) show(other);
    close();
  };
  const goTo = ({ symbol, openedTs, averageEntry }: TradeView): void => {
    draw();
    show(symbol);
    choose(({ focus }) => ({ focus: { ts: openedTs, price: Number(averageEntry), symbol, nonce: (focus?.nonce ?? 0) + 1 } }));
  };
  const run = (): void => {
    client.send({ type: 'run-entries', entries: fits.entries });
    close();
  };
  return (
    <div className={css.trades} aria-busy={looking}>
      <section aria-label="What was found">
        <p className={css.found}>
          <b>{found.formatName}</b> · {several(found.fills, 'fill')} · {several(found.trades.length, 'trade')} ·{' '}
          {span(found, zone)} <span className={css.muted}>{zoneName(zone)}</span>
          {found.rejectedRows > 0 ? <b data-tone="fault"> · {several(found.rejectedRows, 'row')} left out</b> : null}
        </p>
        <ul className={css.notes}>
          {found.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      </section>
      <TradesFields found={found} options={options} onOptions={setOptions} symbols={session?.symbols ?? []} zone={zone} />
      {error === undefined ? null : (
        <p role="alert" data-tone="fault">
          {error}
        </p>
      )}
      <Totals found={found} />
      <TradesTable
        found={found}
        zone={zone}
        reached={({ symbol, openedTs }) => openedTs <= now && (session?.symbols.includes(symbol) ?? false)}
        onGo={goTo}
      />
      <RejectedRows rows={found.rejected} total={found.rejectedRows} />
      <ul className={css.symbols} aria-label="Instruments of the trades">
        {fits.symbols.map(({ symbol, trades, here }) => (
          <li key={symbol} data-here={here || undefined}>
            <b>{symbol}</b> {count(trades)} {here ? 'in this session' : 'not in this session'}
          </li>
        ))}
      </ul>
      <footer className={css.footer}>
        <Switch
          on={options.keepQuantity ?? false}
          title="Else the policy sizes each entry"
          onChange={(keepQuantity) => setOptions({ ...options, keepQuantity })}
        >
          with my quantities
        </Switch>
        <button type="button" disabled={!ready || fits.entries.length === 0} title={outsideWords(fits.outside)} onClick={run}>
          Run the policy on {fits.entries.length === 1 ? 'this entry' : `these ${count(fits.entries.length)} entries`}
        </button>
        <button
          type="button"
          data-primary
          disabled={!ready || fits.trades === 0}
          title="They appear as the replay reaches them"
          onClick={draw}
        >
          Show on the chart
        </button>
      </footer>
    </div>
  );
}

/** "1 trade", "2,000 trades" */
const several = (number: number, what: string): string => `${count(number)} ${what}${number === 1 ? '' : 's'}`;

const outsideWords = (outside: number): string =>
  outside === 0
    ? 'The session anew with these entries; their exits are left to the policy'
    : `Outside of the session's time and left out: ${count(outside)}; exits are left to the policy`;

/** From the first fill to the last. */
function span({ trades }: TradesFound, zone: string): string {
  const [first] = trades;
  const last = trades.reduce(
    (latest, { openedTs, closedTs }) => Math.max(latest, closedTs ?? openedTs),
    Number.NEGATIVE_INFINITY,
  );
  return first ? `${moment(first.openedTs, zone)} – ${moment(last, zone)}` : '';
}

function Totals({ found: { totals } }: { found: TradesFound }): ReactNode {
  const sums = [
    ['Gross', totals.grossPnl],
    ['Fees', totals.fees],
    ['Net', totals.netPnl],
  ] as const;
  return (
    <dl className={css.totals} aria-label="Totals">
      <div>
        <dt>Won · lost · open</dt>
        <dd>
          {count(totals.won)} · {count(totals.lost)} · {count(totals.open)}
        </dd>
      </div>
      {sums.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd data-tone={name === 'Fees' ? undefined : toneOf(value)}>{name === 'Fees' ? money(value) : signedMoney(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What is found with these options; what was found before stays while they are looked at, and where they cannot be used. */
function useTrades(
  file: File,
  options: TradesOptions,
  first: TradesFound,
): { found: TradesFound; error: string | undefined; looking: boolean } {
  const key = JSON.stringify(options);
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), LOOK_DELAY_MS);
    return () => clearTimeout(timer);
  }, [key]);
  const { data, error, isFetching } = useQuery({
    queryKey: ['trades', fileKey(file), settled],
    queryFn: () => client.ask({ ask: 'trades', file, options: JSON.parse(settled) as TradesOptions }),
    placeholderData: keepPreviousData,
    ...(settled === '{}' ? { initialData: first } : {}),
  });
  const [last, setLast] = useState(first);
  if (data !== undefined && data !== last) setLast(data);
  return { found: data ?? last, error: error?.message, looking: isFetching || settled !== key };
}
