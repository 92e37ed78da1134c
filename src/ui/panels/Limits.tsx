import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import type { AccountView, GaugeView, HaltView } from '../../projections/views.ts';
import { Dialog } from '../Dialog.tsx';
import { command } from '../engine.ts';
import { minute, money, percent } from '../format.ts';
import { fullness, limitText, type Fullness } from '../limits.ts';
import { Field } from '../parts.tsx';
import { usePage } from '../store.ts';
import css from './Limits.module.css';

const NAMES: Record<GaugeView['id'], string> = {
  'daily-loss': 'Day loss',
  drawdown: 'Drawdown',
  exposure: 'Exposure',
  positions: 'Positions',
  trades: 'Trades today',
};

const WORDS: Record<Fullness, string> = { none: '', quiet: '', near: 'near its limit', full: 'limit reached' };

/** How full the account's limits are, and what halts it. One line, whatever it says: nothing below moves. */
export function Limits(): ReactNode {
  const account = usePage((page) => page.account);
  const halted = account !== null && account.halts.length > 0;
  return (
    <section className={css.strip} aria-label="Limits" data-halted={halted ? account.halts.length : undefined}>
      {account ? (
        <>
          {halted ? <Halts halts={account.halts} equity={account.equity} /> : null}
          <dl className={css.gauges}>
            {account.gauges.map((gauge) => (
              <Gauge key={gauge.id} gauge={gauge} account={account} />
            ))}
          </dl>
          <Allowed account={account} />
        </>
      ) : null}
    </section>
  );
}

function Gauge({ gauge, account }: { gauge: GaugeView; account: AccountView }): ReactNode {
  const full = fullness(gauge);
  const share = Math.max(0, Math.min(1, gauge.share ?? 0));
  const words = WORDS[full];
  return (
    <div className={css.gauge} data-fullness={full} data-gauge={gauge.id}>
      <dt>{NAMES[gauge.id]}</dt>
      <dd>
        <b>{limitText(gauge.figure)}</b>
        {gauge.id === 'exposure' && account.leverage !== '1' ? (
          <span title="What is controlled with leverage, as a share of equity"> notional {percent(account.notionalPercent)}</span>
        ) : null}
        {full === 'none' ? (
          <span className={css.of}> no limit</span>
        ) : (
          <>
            <span className={css.bar} aria-hidden>
              <i style={{ width: `${share * 100}%` }} />
            </span>
            <span className={css.of}>of {limitText(gauge.limit)}</span>
          </>
        )}
        {words === '' ? null : <em>{words}</em>}
      </dd>
    </div>
  );
}

/** The policy in force, and what it allows that costs most when it goes wrong. */
function Allowed({ account }: { account: AccountView }): ReactNode {
  return (
    <p className={css.allowed}>
      <span className={css.policy} title="The policy in force">
        {account.policy}
      </span>
      {account.leverage === '1' ? null : <b title="Notional over the money put in">{account.leverage}× leverage</b>}
      {account.averagingDown ? (
        <b data-tone="down" title="The policy allows adding to a losing position: every add makes the loss at the stop larger">
          <span aria-hidden>▼ </span>averaging down allowed
        </b>
      ) : null}
    </p>
  );
}

function Halts({ halts, equity }: { halts: readonly HaltView[]; equity: string }): ReactNode {
  const [asking, setAsking] = useState(false);
  const zone = usePage((page) => page.session?.zone ?? 'UTC');
  const dead = usePage((page) => page.dead);
  const [first] = halts;
  if (!first) return null;
  const several = halts.length > 1;
  const whole = halts.map((halt) => `${told(halt, zone)}: ${halt.refused}; ${halt.goesOn}`).join('\n');
  return (
    <div className={css.halt} role="alert" title={whole}>
      <b data-tone="down">
        <span aria-hidden>■ </span>Halted
      </b>
      {halts.map((halt) => (
        <b key={halt.rule}>{told(halt, several ? null : zone)}</b>
      ))}
      <span className={css.words}>
        {several ? 'no entries or adds' : first.refused} <span className={css.goesOn}>· {first.goesOn}</span>
      </span>
      {halts.some(({ resettable }) => resettable) ? (
        <button type="button" disabled={dead} onClick={() => setAsking(true)}>
          Reset peak…
        </button>
      ) : null}
      <ResetPeak open={asking} equity={equity} onClose={() => setAsking(false)} />
    </div>
  );
}

/** "Loss of the day 3.02 % of 3 % at 10:42": of the instant at which it began, which does not change any more. @param zone null: without the time */
const told = ({ title, began, figure, limit, since }: HaltView, zone: string | null): string =>
  `${title} ${limitText(began || figure)} of ${limitText(limit)}${since === null || zone === null ? '' : ` at ${minute(since, zone)}`}`;

/** Asks for the reason, which the journal keeps, before the drawdown is counted anew. */
function ResetPeak({ open, equity, onClose }: { open: boolean; equity: string; onClose: () => void }): ReactNode {
  const [reason, setReason] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const given = reason.trim();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (given === '') return;
    command({ type: 'ResetPeak', reason: given });
    setReason('');
    onClose();
  };
  return (
    <Dialog title="Reset the peak" open={open} onClose={onClose} initialFocus={field}>
      <form className={css.reset} onSubmit={submit}>
        <p>
          The drawdown is counted from the equity of now, {money(equity)}, on: entries and adds are possible again. The journal
          keeps the reason.
        </p>
        <Field label="Reason">
          <input
            ref={field}
            value={reason}
            maxLength={200}
            autoComplete="off"
            placeholder="why it is right to go on"
            onChange={(event) => setReason(event.target.value)}
          />
        </Field>
        <footer>
          <button type="button" onClick={onClose}>
            Cancel <kbd>Esc</kbd>
          </button>
          <button type="submit" data-danger disabled={given === ''}>
            Reset the peak <kbd>Enter</kbd>
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
