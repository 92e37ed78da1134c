import { type ReactNode, useState } from 'react';
import type { CalendarSpec } from '../../domain/calendar.ts';
import { BAR_PATHS, type BarPath } from '../../domain/tape.ts';
import type { FoundFile, ImportOptions } from '../../worker/protocol.ts';
import { pick } from '../actions.ts';
import { client } from '../engine.ts';
import { Field } from '../parts.tsx';
import { BAR_PATH_NAMES } from '../words.ts';
import css from './ImportDialog.module.css';

interface Props {
  found: FoundFile;
  options: ImportOptions;
  onOptions: (options: ImportOptions) => void;
}

/** What of an instrument is typed. */
type Typed = 'symbol' | 'tick' | 'lot' | 'multiplier' | 'minNotional' | 'session';

/** What may be corrected of a file before it is opened. What is not touched stays as it was found. */
export function ImportFields(props: Props): ReactNode {
  const { found, options, onOptions } = props;
  const [typed, setTyped] = useState<Partial<Record<Typed, string>>>({});
  const calendar = options.instrument?.calendar;
  // the calendar's name is the session, whatever was typed there before
  const tell = ({ session, ...rest }: typeof typed, own: CalendarSpec | undefined): void =>
    onOptions({ ...options, instrument: { ...rest, ...(own ? { calendar: own } : session === undefined ? {} : { session }) } });
  const instrument = (key: Typed, label: string, disabled = false): ReactNode => (
    <Field label={label}>
      <input
        value={disabled ? found.instrument[key] : (typed[key] ?? found.instrument[key])}
        autoComplete="off"
        spellCheck={false}
        disabled={disabled}
        onChange={(event) => {
          const next = { ...typed, [key]: event.target.value };
          setTyped(next);
          tell(next, calendar);
        }}
      />
    </Field>
  );
  return (
    <div className={css.fields}>
      {instrument('symbol', 'Symbol')}
      {instrument('tick', 'Tick')}
      {instrument('lot', 'Lot')}
      <IntervalField {...props} />
      {instrument('multiplier', 'Multiplier')}
      {instrument('minNotional', 'Least notional')}
      <div className={css.wide}>
        {instrument('session', 'Session hours: XNYS, XNAS, ZONE/HH:MM-HH:MM or ZONE/24h', calendar !== undefined)}
      </div>
      <CalendarField calendar={calendar} onCalendar={(next) => tell(typed, next)} />
      {found.kind === 'bars' ? <StampField {...props} /> : null}
    </div>
  );
}

/** A calendar of the user's own, from a file. */
function CalendarField(props: {
  calendar: CalendarSpec | undefined;
  onCalendar: (calendar: CalendarSpec | undefined) => void;
}): ReactNode {
  const { calendar, onCalendar } = props;
  const [fault, setFault] = useState('');
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    setFault('');
    try {
      onCalendar(await client.ask({ ask: 'calendar', file }));
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className={css.calendar}>
      <span>Calendar</span>
      {calendar ? (
        <button
          type="button"
          title={`${calendar.source}, ${calendar.from} to ${calendar.to}. Click to go without it.`}
          onClick={() => onCalendar(undefined)}
        >
          {calendar.name} <span aria-hidden>×</span>
          <span className="unseen">: go without it</span>
        </button>
      ) : (
        <button type="button" onClick={() => pick('.json,application/json', (files) => void take(files[0]))}>
          From a file…
        </button>
      )}
      {fault === '' ? null : (
        <p role="alert" data-tone="fault">
          {fault}
        </p>
      )}
    </div>
  );
}

/** What holds for the session as a whole. */
export function SessionFields(props: {
  policies: readonly string[];
  policy: string;
  onPolicy: (policy: string) => void;
  barPath: BarPath;
  onBarPath: (barPath: BarPath) => void;
}): ReactNode {
  return (
    <div className={css.fields}>
      <Field label="Policy">
        <select value={props.policy} onChange={(event) => props.onPolicy(event.target.value)}>
          {props.policies.includes(props.policy) ? null : <option>{props.policy}</option>}
          {props.policies.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </Field>
      <div className={css.path}>
        <Field label="Bar path: the order in which a bar's four prices are walked">
          <select
            value={props.barPath}
            onChange={(event) => props.onBarPath(BAR_PATHS.find((path) => path === event.target.value) ?? 'adverse-first')}
          >
            {BAR_PATHS.map((path) => (
              <option key={path} value={path}>
                {BAR_PATH_NAMES[path]}
              </option>
            ))}
          </select>
        </Field>
      </div>
    </div>
  );
}

function IntervalField({ found, options, onOptions }: Props): ReactNode {
  const [seconds, setSeconds] = useState<string | null>(null);
  const shown = seconds ?? (found.intervalMs === null ? '' : String(found.intervalMs / 1000));
  return (
    <Field label="Bar length, seconds">
      <input
        inputMode="numeric"
        value={shown}
        placeholder="not found"
        onChange={(event) => {
          setSeconds(event.target.value);
          const { intervalMs: _dropped, ...rest } = options;
          const value = Number(event.target.value);
          onOptions(value > 0 && Number.isFinite(value) ? { ...rest, intervalMs: value * 1000 } : rest);
        }}
      />
    </Field>
  );
}

const STAMPS = [
  { value: 'open', text: 'Start of the bar', help: 'a bar stamped 10:42 covers what comes after 10:42' },
  { value: 'close', text: 'End of the bar', help: 'a bar stamped 10:42 covers what came before 10:42' },
] as const;

function StampField({ found, options, onOptions }: Props): ReactNode {
  const now = options.stamp ?? found.stamp;
  return (
    <fieldset className={`${css.stamps} ${css.wide}`}>
      <legend>A bar's time stamp is its</legend>
      {STAMPS.map(({ value, text, help }) => (
        <label key={value}>
          <input
            type="radio"
            name={`stamp ${found.name}`}
            checked={now === value}
            onChange={() => onOptions({ ...options, stamp: value })}
          />
          {text} <small>{help}</small>
        </label>
      ))}
    </fieldset>
  );
}
