import type { ReactNode } from 'react';
import { setTheme, speedName, stopAll } from '../actions.ts';
import { type Theme, useChoices } from '../choices.ts';
import { command } from '../engine.ts';
import { money, negated, signedMoney, signedPercent, stamp, time, toneOf, zoneName } from '../format.ts';
import { Segmented } from '../parts.tsx';
import { usePage } from '../store.ts';
import css from './TopBar.module.css';

const LEVELS = [
  { value: 'manual', text: 'Manual', title: 'Everything that may wait for you waits for you' },
  { value: 'assisted', text: 'Assisted', title: 'As the policy says, kind by kind' },
  { value: 'auto', text: 'Auto', title: 'Everything applies by itself' },
] as const;

export function TopBar(): ReactNode {
  const dead = usePage((page) => page.dead);
  const level = usePage((page) => page.account?.autonomyLevel);
  return (
    <header className={css.bar}>
      <strong className={css.name}>Ratchet</strong>
      <SessionChip />
      <Clock />
      <Figures />
      <div className={css.controls}>
        <Segmented
          label="Autonomy"
          value={level}
          options={LEVELS}
          disabled={dead || level === undefined}
          onChoose={(next) => command({ type: 'SetAutonomyLevel', level: next })}
        />
        <ThemeButton />
        <StopAll />
      </div>
    </header>
  );
}

function SessionChip(): ReactNode {
  const session = usePage((page) => page.session);
  const dead = usePage((page) => page.dead);
  const refused = usePage((page) => Boolean(page.keeping?.trouble));
  const playing = usePage((page) => page.clock?.playing ?? false);
  const speed = usePage((page) => page.clock?.speed ?? 1);
  const stoppedBy = usePage((page) => page.clock?.stoppedBy ?? null);
  const waits = stoppedBy === 'proposal' && !playing;
  const state = dead
    ? 'engine stopped'
    : playing
      ? `replay ${speedName(speed)}`
      : stoppedBy === 'proposal'
        ? 'paused · waits for you'
        : stoppedBy === 'end'
          ? 'end of the session'
          : 'replay paused';
  return (
    <div className={css.chip} data-state={dead ? 'dead' : playing ? 'playing' : waits ? 'waits' : 'paused'}>
      <i className={css.dot} aria-hidden />
      <span className={css.title} title={session?.title}>
        {session?.title ?? 'No session yet'}
      </span>
      <output className={css.state}>{session || dead ? state : refused ? 'nothing is open' : 'loading'}</output>
      {session?.synthetic ? (
        <b className={css.synthetic} title="No market made these prices">
          SYNTHETIC
        </b>
      ) : null}
    </div>
  );
}

function Clock(): ReactNode {
  const zone = usePage((page) => page.session?.zone);
  const ts = usePage((page) => page.clock?.ts ?? null);
  return (
    <Figure
      label={zone ? `${zoneName(zone)}${ts === null ? '' : ` · ${stamp(ts, zone).split(',')[0]}`}` : 'Exchange'}
      className={css.clock}
    >
      <b>{zone && ts !== null ? time(ts, zone) : '--:--:--'}</b>
    </Figure>
  );
}

function Figures(): ReactNode {
  const account = usePage((page) => page.account);
  if (!account) return null;
  const locked = account.openRisk.startsWith('-');
  const over = Number(account.openRisk) > Number(account.openRiskLimit);
  return (
    <>
      <Figure label="Equity">
        <b>{money(account.equity)}</b>
      </Figure>
      <Figure label="Day">
        <b data-tone={toneOf(account.dayPnl)}>
          {signedMoney(account.dayPnl)} · {signedPercent(account.dayPnlPercent)}
        </b>
      </Figure>
      <Figure label="Open risk">
        <b data-tone={locked ? 'up' : over ? 'down' : undefined}>
          {locked ? `locked ${signedMoney(negated(account.openRisk))}` : money(account.openRisk)}
        </b>
        <Gauge label="Open risk against its limit" value={account.openRisk} limit={account.openRiskLimit} />
        <span className={css.limit} data-tone={over ? 'down' : undefined}>
          {over ? 'over' : 'of'} {money(account.openRiskLimit).replace(/\.00$/, '')}
        </span>
      </Figure>
    </>
  );
}

function Figure(props: { label: string; className?: string | undefined; children: ReactNode }): ReactNode {
  return (
    <div className={`${css.figure} ${props.className ?? ''}`}>
      <span>{props.label}</span>
      <div>{props.children}</div>
    </div>
  );
}

/** A bar's length is drawing, not money: the share is of pixels. */
function Gauge({ label, value, limit }: { label: string; value: string; limit: string }): ReactNode {
  const share = Number(limit) > 0 ? Math.max(0, Math.min(1, Number(value) / Number(limit))) : 0;
  return (
    <span className={css.gauge} title={`${label}: ${Math.round(share * 100)} % of it`} aria-hidden>
      <i style={{ width: `${share * 100}%` }} />
    </span>
  );
}

const NEXT: Record<Theme, Theme> = { system: 'dark', dark: 'light', light: 'system' };
const GLYPH: Record<Theme, string> = { system: '◐', dark: '☾', light: '☀' };

function ThemeButton(): ReactNode {
  const theme = useChoices((choices) => choices.theme);
  return (
    <button
      type="button"
      data-quiet
      className={css.theme}
      aria-label={`Theme: ${theme}`}
      title={`Theme: ${theme}. Click for ${NEXT[theme]}.`}
      onClick={() => setTheme(NEXT[theme])}
    >
      <span aria-hidden>{GLYPH[theme]}</span>
    </button>
  );
}

function StopAll(): ReactNode {
  const armed = useChoices((choices) => choices.stopArmed);
  const dead = usePage((page) => page.dead || page.session === null);
  return (
    <button
      type="button"
      data-danger
      className={css.stop}
      data-armed={armed || undefined}
      disabled={dead}
      title="Cancels every order and closes every position. Two steps."
      onClick={stopAll}
    >
      {armed ? 'Confirm stop all' : 'Stop all'}
    </button>
  );
}
