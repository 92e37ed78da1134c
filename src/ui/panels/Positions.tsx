import { type FormEvent, type ReactNode, memo, useState } from 'react';
import type { PositionStatus } from '../../domain/position.ts';
import type { PositionView, TrancheView } from '../../projections/views.ts';
import { choose, useChoices } from '../choices.ts';
import { command, show } from '../engine.ts';
import { duration, minute, money, negated, percent, price, quantity, signedMoney, signedR, stamp, toneOf } from '../format.ts';
import { Empty } from '../parts.tsx';
import { useDecimals, usePage } from '../store.ts';
import { RULE_STATES } from '../words.ts';
import css from './Positions.module.css';

const STATUS: Record<PositionStatus, string> = {
  BUILDING: 'Building',
  OPEN: 'Open',
  REDUCING: 'Reducing',
  CLOSING: 'Closing',
  CLOSED: 'Closed',
};

const COLUMNS = [
  { name: 'Position' },
  { name: 'Status' },
  { name: 'Qty', number: true },
  { name: 'Average', number: true },
  { name: 'Last', number: true },
  { name: 'P&L', number: true },
  { name: 'R', number: true },
  { name: 'Stop', number: true },
  { name: 'Liquidation', number: true, leveraged: true },
  { name: 'To stop', number: true, wide: true },
  { name: 'Open risk', number: true },
  { name: 'MAE / MFE', number: true, wide: true },
  { name: 'Age', number: true, wide: true },
  { name: 'Next level' },
] as const satisfies { name: string; number?: boolean; wide?: boolean; leveraged?: boolean }[];

/** Closed positions that are listed before the user asks for all of them. */
const CLOSED_SHOWN = 50;

/** Held positions in the order they were opened, closed ones below, the newest first. Values change in place, rows do not move. */
export function Positions(): ReactNode {
  const positions = usePage((page) => page.positions);
  const [all, setAll] = useState(false);
  if (positions.length === 0)
    return (
      <Empty>
        <p>
          Nothing held. <kbd>B</kbd> opens the ticket, <kbd>Space</kbd> plays.
        </p>
      </Empty>
    );
  const held = positions.filter(({ closedTs }) => closedTs === null);
  const closed = positions.filter(({ closedTs }) => closedTs !== null);
  const listed = all ? closed : closed.slice(0, CLOSED_SHOWN);
  const leveraged = positions.some(({ leverage }) => leverage !== '1');
  return (
    <table className={css.table} aria-label="Positions" data-leveraged={leveraged || undefined}>
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <th
              key={column.name}
              scope="col"
              data-number={'number' in column || undefined}
              data-wide={'wide' in column || undefined}
              data-margin={'leveraged' in column || undefined}
            >
              {column.name}
            </th>
          ))}
          <th scope="col">
            <span className="unseen">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {held.map((position) => (
          <Rows key={position.id} position={position} />
        ))}
        {listed.map((position) => (
          <Rows key={position.id} position={position} />
        ))}
        {listed.length < closed.length ? (
          <tr className={css.rest}>
            <td colSpan={COLUMNS.length + 1}>
              <button type="button" onClick={() => setAll(true)}>
                Show {closed.length - listed.length} earlier ones
              </button>
            </td>
          </tr>
        ) : null}
      </tbody>
    </table>
  );
}

const Rows = memo(function Rows({ position }: { position: PositionView }): ReactNode {
  // Where there is one instrument its position shows all of itself; of several each is opened by hand.
  const [open, setOpen] = useState(() => position.closedTs === null && (usePage.getState().session?.symbols.length ?? 1) === 1);
  return (
    <>
      <PositionRow position={position} open={open} onOpen={setOpen} />
      {position.closedTs === null ? <OrderRows position={position} /> : null}
      {open
        ? position.tranches.map((tranche) => <TrancheRow key={tranche.id} tranche={tranche} symbol={position.symbol} />)
        : null}
      {open ? <MoreRow position={position} /> : null}
    </>
  );
});

function PositionRow(props: { position: PositionView; open: boolean; onOpen: (open: boolean) => void }): ReactNode {
  const { position, open, onOpen } = props;
  const decimals = useDecimals(position.symbol);
  const down = usePage((page) => page.account?.averagingDown ?? false);
  const selected = useChoices((choices) => choices.selectedPositionId === position.id);
  const closed = position.closedTs !== null;
  const pnl = closed ? position.realizedPnl : position.pnl;
  const locked = position.openRisk.startsWith('-');
  return (
    <tr
      className={css.position}
      data-id={position.id}
      data-closed={closed || undefined}
      aria-current={selected || undefined}
      onClick={(event) => {
        if (!(event.target instanceof Element) || event.target.closest('form')) return;
        choose({ selectedPositionId: position.id });
        show(position.symbol);
      }}
    >
      <th scope="row">
        <button
          type="button"
          className={css.open}
          aria-expanded={open}
          aria-label={`Tranches of ${position.symbol}`}
          onClick={() => onOpen(!open)}
        >
          <span aria-hidden>{open ? '▾' : '▸'}</span>
        </button>
        <b>{position.symbol}</b> <span data-tone={position.side === 'long' ? 'up' : 'down'}>{position.side}</span>
        {position.leverage === '1' ? null : <small className={css.leverage}> {position.leverage}×</small>}
        {down && !closed ? (
          <small
            data-tone="down"
            className={css.down}
            title="The policy in force allows averaging down: adds may come below the average"
          >
            {' '}
            ▼ averages down
          </small>
        ) : null}
      </th>
      <td>{STATUS[position.status]}</td>
      <td data-number>{quantity(position.quantity)}</td>
      <td data-number>{price(position.averageEntry, decimals)}</td>
      <td data-number>{price(position.last, decimals)}</td>
      <td data-number title={`${percent(position.pnlPercent, 2)} · realised ${signedMoney(position.realizedPnl)}`}>
        <b data-tone={toneOf(pnl)}>{signedMoney(pnl)}</b>
      </td>
      <td data-number data-tone={toneOf(position.pnlR)}>
        {signedR(position.pnlR).replace(/R$/, '')}
      </td>
      <td data-number data-tone={closed ? undefined : 'stop'}>
        {price(position.stop, decimals)}
      </td>
      <td data-number data-margin data-tone={closed ? undefined : 'down'}>
        {closed ? '' : price(position.liquidation, decimals)}
      </td>
      <td data-number data-wide>
        {closed ? '' : percent(position.toStopPercent, 2)}
      </td>
      <td data-number data-tone={locked && !closed ? 'up' : undefined}>
        {closed ? '' : locked ? `locked ${signedMoney(negated(position.openRisk))}` : money(position.openRisk)}
      </td>
      <td data-number data-wide>
        {position.maeR === '' ? '' : `${signedR(position.maeR).replace(/R$/, '')} / ${signedR(position.mfeR)}`}
      </td>
      <td data-number data-wide>
        {duration(position.ageMs)}
      </td>
      <td className={css.next} title={position.next.join('\n')}>
        {closed ? <ClosedAt position={position} /> : <Next position={position} />}
      </td>
      <td className={css.actions}>{closed ? null : <Actions position={position} />}</td>
    </tr>
  );
}

function ClosedAt({ position }: { position: PositionView }): ReactNode {
  const zone = usePage((page) => page.session?.zone ?? 'UTC');
  if (position.closedTs === null) return null;
  return (
    <>
      closed {stamp(position.closedTs, zone)} {position.ending.startsWith('by hand') ? position.ending : `by ${position.ending}`}
      {position.saved === '' ? null : (
        <span data-tone={position.saved.startsWith('−') ? 'down' : 'up'}>
          {' '}
          · saved {position.saved.replace(/%$/, ' %')} of the stop’s loss
        </span>
      )}
    </>
  );
}

function Next({ position }: { position: PositionView }): ReactNode {
  const [first, ...rest] = position.next;
  const waits = position.waiting > 0;
  return (
    <div className={css.soonest}>
      <i className={css.mark} data-waits={waits || undefined} aria-hidden />
      {waits ? <b>{position.waiting === 1 ? 'waits for you' : `${position.waiting} wait for you`} · </b> : null}
      <span>
        {first ??
          (position.quantity === '0'
            ? 'its order to fill'
            : position.stop === ''
              ? 'nothing'
              : position.target === ''
                ? 'only the stop'
                : 'only stop and target')}
      </span>
      {rest.length > 0 ? <small>+{rest.length}</small> : null}
    </div>
  );
}

/** What works on a position and has not filled: each can be taken back alone. */
function OrderRows({ position }: { position: PositionView }): ReactNode {
  const orders = usePage((page) => page.orders);
  const dead = usePage((page) => page.dead);
  return orders
    .filter(({ positionId }) => positionId === position.id)
    .map(({ id, text }) => (
      <tr key={id} className={css.tranche}>
        <th scope="row">works</th>
        <td colSpan={COLUMNS.length - 1}>{text}</td>
        <td className={css.actions}>
          <button
            type="button"
            disabled={dead}
            aria-label={`Cancel: ${text}`}
            onClick={() => command({ type: 'CancelOrder', orderId: id })}
          >
            Cancel
          </button>
        </td>
      </tr>
    ));
}

function TrancheRow({ tranche, symbol }: { tranche: TrancheView; symbol: string }): ReactNode {
  const decimals = useDecimals(symbol);
  const zone = usePage((page) => page.session?.zone ?? 'UTC');
  return (
    <tr className={css.tranche}>
      <th scope="row">
        <i className={css.swatch} style={{ background: `var(--tranche-${(tranche.ordinal % 4) + 1})` }} aria-hidden />
        tranche {tranche.ordinal + 1}
      </th>
      <td>{tranche.status}</td>
      <td data-number title={`${quantity(tranche.remaining)} of ${quantity(tranche.quantity)} held`}>
        {quantity(tranche.remaining)}
      </td>
      <td data-number>{price(tranche.entryPrice, decimals)}</td>
      <Blank />
      <td data-number>{signedMoney(tranche.pnl)}</td>
      <td data-number>{signedR(tranche.pnlR).replace(/R$/, '')}</td>
      <Blank />
      <td aria-hidden data-margin />
      <Blank wide />
      <Blank />
      <Blank wide />
      <td data-number data-wide>
        {minute(tranche.entryTs, zone)}
      </td>
      <td className={css.next}>
        {tranche.remaining === tranche.quantity
          ? `entered ${stamp(tranche.entryTs, zone)}`
          : `${quantity(tranche.remaining)} of ${quantity(tranche.quantity)} left`}
        {tranche.strength === '' ? null : ` · signal ${tranche.strength}`}
      </td>
      <Blank />
    </tr>
  );
}

/** What the row has no column for: the money, and how each rule stands, what acts soonest first. */
function MoreRow({ position }: { position: PositionView }): ReactNode {
  const on = position.rules.filter(({ status }) => status !== 'off');
  const facts = [
    ...(position.closedTs === null ? [['margin', money(position.margin)]] : []),
    ...(position.closedTs === null && position.leverage !== '1' ? [['notional', money(position.notional)]] : []),
    ['realised', signedMoney(position.realizedPnl)],
  ] as const;
  return (
    <tr className={css.more}>
      <td colSpan={COLUMNS.length + 1}>
        <dl className={css.facts}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          {position.byHand ? (
            <div>
              <dt>rules</dt>
              <dd data-tone="down">by hand: one has failed, only the stop acts by itself</dd>
            </div>
          ) : null}
        </dl>
        {on.length === 0 ? null : (
          <ul className={css.states} aria-label={`Rules of ${position.symbol}`}>
            {on.map(({ rule, title, status, state }) => (
              <li key={rule} data-status={status} title={`${title}: ${state}`}>
                <i aria-hidden>{RULE_STATES[status].glyph}</i> {title} <span>{state}</span>
              </li>
            ))}
          </ul>
        )}
      </td>
    </tr>
  );
}

const Blank = ({ wide = false }: { wide?: boolean }): ReactNode => <td aria-hidden data-wide={wide || undefined} />;

/** Closing and reducing. What was sent is off until the position has answered. */
function Actions({ position }: { position: PositionView }): ReactNode {
  const dead = usePage((page) => page.dead);
  const [sent, setSent] = useState<string | null>(null);
  const [value, setValue] = useState('');
  const journal = usePage((page) => page.journal.length);
  const mark = `${position.status} ${position.quantity} ${journal}`;
  const busy = dead || sent === mark || position.status === 'CLOSING';
  const wellFormed = /^\d+(?:\.\d+)?$/.test(value.trim());
  const reduce = (event: FormEvent): void => {
    event.preventDefault();
    if (busy || !wellFormed) return;
    setSent(mark);
    setValue('');
    command({ type: 'ReducePosition', positionId: position.id, quantity: value.trim() });
  };
  return (
    <form className={css.form} onSubmit={reduce}>
      <input
        inputMode="decimal"
        aria-label={`Quantity to reduce ${position.symbol} by`}
        placeholder="qty"
        value={value}
        disabled={busy}
        aria-invalid={(value.trim() !== '' && !wellFormed) || undefined}
        title={value.trim() === '' || wellFormed ? undefined : `"${value}" is not a number like 10`}
        onChange={(event) => setValue(event.target.value)}
      />
      <button type="submit" disabled={busy || !wellFormed}>
        Reduce
      </button>
      <button
        type="button"
        disabled={busy}
        onClick={() => {
          setSent(mark);
          command({ type: 'ClosePosition', positionId: position.id });
        }}
      >
        Close
      </button>
    </form>
  );
}
