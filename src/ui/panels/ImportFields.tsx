import { type ReactNode, useState } from 'react';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { BAR_PATHS, type BarPath } from '../../domain/tape.ts';
import type { ImportOptions, Inspection } from '../../worker/protocol.ts';
import { Field } from '../parts.tsx';
import { BAR_PATH_NAMES } from '../words.ts';
import css from './ImportDialog.module.css';

interface Props {
  found: Inspection;
  options: ImportOptions;
  onOptions: (options: ImportOptions) => void;
  policies: readonly string[];
  policy: string;
  onPolicy: (policy: string) => void;
  barPath: BarPath;
  onBarPath: (barPath: BarPath) => void;
}

/** What may be corrected before a file is opened. What is not touched stays as it was found. */
export function ImportFields(props: Props): ReactNode {
  const { found, options, onOptions } = props;
  const [typed, setTyped] = useState<Partial<InstrumentSpec>>({});
  const instrument = (key: 'symbol' | 'tick' | 'lot' | 'session', label: string): ReactNode => (
    <Field label={label}>
      <input
        value={typed[key] ?? found.instrument[key]}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          const next = { ...typed, [key]: event.target.value };
          setTyped(next);
          onOptions({ ...options, instrument: next });
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
      <div className={css.wide}>{instrument('session', 'Session hours: XNYS, XNAS, ZONE/HH:MM-HH:MM or ZONE/24h')}</div>
      {found.kind === 'bars' ? <StampField {...props} /> : null}
      <Field label="Policy">
        <select value={props.policy} onChange={(event) => props.onPolicy(event.target.value)}>
          {props.policies.includes(props.policy) ? null : <option>{props.policy}</option>}
          {props.policies.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </Field>
      <div className={css.wide}>
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
          <input type="radio" name="stamp" checked={now === value} onChange={() => onOptions({ ...options, stamp: value })} />
          {text} <small>{help}</small>
        </label>
      ))}
    </fieldset>
  );
}
