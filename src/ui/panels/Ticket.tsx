import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, type Ref, useEffect, useRef, useState } from 'react';
import type { PlaceEntry } from '../../domain/commands.ts';
import type { OrderKind } from '../../domain/order.ts';
import type { TicketQuote } from '../../projections/views.ts';
import { type TicketForm, choose, useChoices } from '../choices.ts';
import { client, command, show } from '../engine.ts';
import { money, percent, price, quantity } from '../format.ts';
import { Empty, Field, Segmented } from '../parts.tsx';
import { useDecimals, usePage } from '../store.ts';
import css from './Ticket.module.css';

const KINDS = [
  { value: 'market', text: 'Market' },
  { value: 'limit', text: 'Limit' },
  { value: 'stop', text: 'Stop' },
] as const satisfies { value: OrderKind; text: string }[];
const SIDES = [
  { value: 'long', text: 'Buy', title: 'B' },
  { value: 'short', text: 'Sell', title: 'S' },
] as const;
const NUMBER = /^\d+(?:\.\d+)?$/;
const QUOTE_DELAY_MS = 100;

const fill = (form: Partial<TicketForm>): void => choose(({ ticket }) => ({ ticket: { ...ticket, ...form } }));

/** The order that the ticket describes, or what is missing in it. */
function entryOf(form: TicketForm, symbol: string): PlaceEntry | string {
  const { side, kind } = form;
  const entry: PlaceEntry = { type: 'PlaceEntry', symbol, side, kind, source: 'ticket' };
  for (const key of ['price', 'quantity', 'stop', 'target'] as const) {
    const value = form[key].trim();
    if (value === '' || (key === 'price' && kind === 'market')) continue;
    if (!NUMBER.test(value)) return `${key}: "${value}" is not a number like 307.71`;
    entry[key] = value;
  }
  return kind !== 'market' && entry.price === undefined ? `a ${kind} order needs its price` : entry;
}

export function Ticket(): ReactNode {
  const symbol = usePage((page) => page.session?.instrument.symbol);
  return symbol === undefined ? <Empty>The ticket opens with a session.</Empty> : <TicketForSymbol symbol={symbol} />;
}

function TicketForSymbol({ symbol }: { symbol: string }): ReactNode {
  const form = useChoices((choices) => choices.ticket);
  const call = useChoices((choices) => choices.ticketCall);
  const dead = usePage((page) => page.dead);
  const first = useRef<HTMLInputElement>(null);
  const entry = entryOf(form, symbol);
  const { quote, error } = useQuote(entry);
  const [sent, setSent] = useState<{ run: number; journal: number; symbol: string } | null>(null);
  const underWay = usePage((page) => sent !== null && page.run === sent.run && page.journal.length === sent.journal);
  const problem = typeof entry === 'string' ? entry : (error ?? quote?.refusal ?? '');
  const blocked = typeof entry === 'string' || dead || underWay || (quote !== undefined && quote.refusal !== '');

  // Called by a key, the ticket takes the keyboard; opened with a click it does not.
  useEffect(() => {
    if (call === 0) return;
    first.current?.focus();
    first.current?.select();
    choose({ ticketCall: 0 });
  }, [call]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (blocked || typeof entry === 'string') return;
    const { run, journal } = usePage.getState();
    setSent({ run, journal: journal.length, symbol });
    command(entry);
    // prices of this entry mean nothing to the next one
    fill({ price: '', quantity: '', stop: '', target: '' });
    // the next keys are for the replay and the queue, not for the form
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  };
  const verb = form.side === 'long' ? 'Buy' : 'Sell';

  return (
    <form className={css.ticket} onSubmit={submit} aria-label="Ticket">
      <div className={css.pair}>
        <InstrumentSelect symbol={symbol} />
        <Segmented label="Side" value={form.side} options={SIDES} onChoose={(side) => fill({ side })} />
        <Segmented label="Kind" value={form.kind} options={KINDS} onChoose={(kind) => fill({ kind })} />
      </div>
      <div className={css.fields}>
        <NumberField
          name="quantity"
          label="Quantity"
          placeholder={quote ? quantity(quote.quantity) : 'by policy'}
          inputRef={first}
        />
        <NumberField
          name="price"
          label={form.kind === 'market' ? 'Price' : `${form.kind === 'limit' ? 'Limit' : 'Stop'} price`}
          placeholder={form.kind === 'market' ? 'market' : 'needed'}
          disabled={form.kind === 'market'}
        />
        <NumberField name="stop" label="Stop" placeholder={quote ? quote.stop || 'none' : 'by policy'} />
        <NumberField name="target" label="Target" placeholder={quote ? quote.target || 'none' : 'by policy'} />
      </div>
      <output className={css.problem}>{problem}</output>
      <Warning quote={quote} />
      <button type="submit" data-primary disabled={blocked} className={css.send}>
        {verb} {quote ? quantity(quote.quantity) : ''} {symbol} <kbd>Enter</kbd>
      </button>
      {sent?.symbol === symbol && !underWay ? <Answered since={sent} /> : null}
      {quote ? <Quote quote={quote} symbol={symbol} /> : null}
    </form>
  );
}

/** The instrument is the one on the chart, where stop and target are drawn before they are sent: choosing another shows that one. */
function InstrumentSelect({ symbol }: { symbol: string }): ReactNode {
  const symbols = usePage((page) => page.session?.symbols);
  if (symbols === undefined || symbols.length < 2) return null;
  return (
    <select aria-label="Instrument" value={symbol} onChange={(event) => show(event.target.value)}>
      {symbols.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}

/** In red, with words: what adds to a loser, or might. */
function Warning({ quote }: { quote: TicketQuote | undefined }): ReactNode {
  const allowed = usePage((page) => page.account?.averagingDown ?? false);
  if (!allowed) return null;
  return (
    <p className={css.warning} data-tone="down">
      <span aria-hidden>▼ </span>
      {quote && quote.averagesDown !== ''
        ? `This averages down: ${quote.averagesDown}.`
        : 'The policy allows averaging down: adds may come on the losing side.'}
    </p>
  );
}

function NumberField({
  name,
  label,
  placeholder,
  disabled = false,
  inputRef,
}: {
  name: 'price' | 'quantity' | 'stop' | 'target';
  label: string;
  placeholder: string;
  disabled?: boolean;
  inputRef?: Ref<HTMLInputElement>;
}): ReactNode {
  const value = useChoices((choices) => choices.ticket[name]);
  return (
    <Field label={label}>
      <input
        ref={inputRef}
        inputMode="decimal"
        autoComplete="off"
        value={disabled ? '' : value}
        placeholder={placeholder}
        disabled={disabled}
        onChange={(event) => fill({ [name]: event.target.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
    </Field>
  );
}

/** Asks what the entry would be now, once typing has paused; the last answer stands until the next is there. */
function useQuote(entry: PlaceEntry | string): { quote: TicketQuote | undefined; error: string | undefined } {
  const key = JSON.stringify(entry);
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), QUOTE_DELAY_MS);
    return () => clearTimeout(timer);
  }, [key]);
  const bar = usePage((page) => page.lastBar?.index ?? -1);
  // whatever is recorded may change what an entry would be
  const place = usePage((page) => `${page.epoch} ${page.journal.length}`);
  const { data, error } = useQuery({
    queryKey: ['quote', settled, bar, place],
    queryFn: () => client.ask({ ask: 'quote', entry: JSON.parse(settled) as PlaceEntry }),
    enabled: typeof entry !== 'string' && settled === key,
    placeholderData: keepPreviousData,
  });
  const quote = typeof entry === 'string' || error ? undefined : data;

  useEffect(() => {
    if (!quote || quote.refusal !== '') return;
    const level = (text: string): number | null => (NUMBER.test(text) ? Number(text) : null);
    choose({ preview: { entry: Number(quote.entry), stop: level(quote.stop), target: level(quote.target), side: quote.side } });
    return () => choose({ preview: null });
  }, [quote]);
  return { quote, error: error?.message };
}

function Quote({ quote, symbol }: { quote: TicketQuote; symbol: string }): ReactNode {
  const decimals = useDecimals(symbol);
  const leveraged = quote.leverage !== '1';
  const figures: (readonly [name: string, value: string])[] = [
    ['Entry', price(quote.entry, decimals)],
    ['Quantity', quantity(quote.quantity)],
    ['Stop', price(quote.stop, decimals) || 'none'],
    ['Target', price(quote.target, decimals) || 'none'],
    ['Risk', quote.riskMoney === '' ? '–' : `${money(quote.riskMoney)} · ${percent(quote.riskPercent, 2)}`],
    ...(quote.slippage === '' ? [] : [['Slippage in it', money(quote.slippage)] as const]),
    ['Risk a unit', price(quote.riskPerUnit, decimals) || '–'],
    [leveraged ? `Margin · ${quote.leverage}×` : 'Margin', money(quote.margin)],
    ['Notional', money(quote.notional)],
    ['Reward : risk', quote.rewardRisk === '' ? '–' : `${quote.rewardRisk} : 1`],
    ['Exposure', percent(quote.exposurePercent)],
  ];
  return (
    <>
      <p className={css.effect}>
        {quote.effect === '' ? ' ' : `${quote.effect.charAt(0).toUpperCase()}${quote.effect.slice(1)}.`}
      </p>
      {quote.slipsBeyond ? (
        <p className={css.warning} data-tone="down">
          <span aria-hidden>! </span>
          The policy’s slippage takes as much as the stop is away: this loses more than its stop says.
        </p>
      ) : null}
      <dl className={css.figures}>
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {quote.stopDetail === '' ? null : (
        <>
          <h3 className={css.heading}>How the stop follows</h3>
          <p>{quote.stopDetail}</p>
        </>
      )}
      <h3 className={css.heading}>How the size comes about</h3>
      <ol className={css.steps}>
        {quote.steps.map(({ label, detail, amount }) => (
          <li key={`${label} ${detail}`}>
            <span>{label}</span>
            <span className={css.detail}>{detail}</span>
            <b>{money(amount)}</b>
          </li>
        ))}
      </ol>
    </>
  );
}

/** What the journal says about it, which is what has happened. */
function Answered({ since }: { since: { run: number; journal: number } }): ReactNode {
  const line = usePage((page) =>
    page.run === since.run
      ? page.journal.slice(since.journal).find(({ kind }) => kind === 'refusal' || kind === 'order')
      : undefined,
  );
  return line ? <output data-tone={line.kind === 'refusal' ? 'fault' : 'muted'}>{line.text}</output> : null;
}
