import { type ReactNode, useId, useState } from 'react';
import type { TradesFound, TradesOptions } from '../../worker/protocol.ts';
import { Field } from '../parts.tsx';
import css from './TradesDialog.module.css';

type Typed = 'symbol' | 'zone' | 'multiplier';

/** What a file of trades does not say itself, as far as its kind leaves it open. */
export function TradesFields(props: {
  found: TradesFound;
  options: TradesOptions;
  onOptions: (options: TradesOptions) => void;
  /** of the session, to be chosen from */
  symbols: readonly string[];
  zone: string;
}): ReactNode {
  const { found, options, onOptions, symbols, zone } = props;
  const [typed, setTyped] = useState<Partial<Record<Typed, string>>>({});
  const list = useId();
  const say = (key: Typed, value: string): void => {
    setTyped({ ...typed, [key]: value });
    const { [key]: _before, ...rest } = options;
    onOptions(value.trim() === '' ? rest : { ...rest, [key]: value.trim() });
  };
  const text = (key: Typed, label: string, placeholder: string, from?: string): ReactNode => (
    <Field label={label}>
      <input
        value={typed[key] ?? ''}
        placeholder={placeholder}
        list={from}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => say(key, event.target.value)}
      />
    </Field>
  );
  const [only, ...others] = found.symbols;
  return (
    <div className={css.fields}>
      {others.length === 0 ? text('symbol', 'Symbol', only ?? '', `${list}-symbols`) : null}
      {found.format === 'generic' || found.format === 'freqtrade' ? null : text('zone', 'Time zone', 'UTC', `${list}-zones`)}
      {found.format === 'generic' ? null : text('multiplier', 'Multiplier', '1')}
      {found.parts.length > 1 ? (
        <Field label={found.format === 'freqtrade' ? 'Strategy' : 'Account'}>
          <select
            value={options.part ?? found.parts[0]}
            onChange={(event) => onOptions({ ...options, part: event.target.value })}
          >
            {found.parts.map((part) => (
              <option key={part}>{part}</option>
            ))}
          </select>
        </Field>
      ) : null}
      {found.format === 'ninjatrader' ? (
        <Field label="Dates">
          <select value={options.dates ?? ''} onChange={(event) => onOptions(withDates(options, event.target.value))}>
            <option value="">as found</option>
            <option value="month-first">month/day/year</option>
            <option value="day-first">day/month/year</option>
          </select>
        </Field>
      ) : null}
      <datalist id={`${list}-symbols`}>
        {symbols.map((symbol) => (
          <option key={symbol}>{symbol}</option>
        ))}
      </datalist>
      <datalist id={`${list}-zones`}>
        {[...new Set([zone, 'UTC'])].map((name) => (
          <option key={name}>{name}</option>
        ))}
      </datalist>
    </div>
  );
}

function withDates(options: TradesOptions, value: string): TradesOptions {
  const { dates: _before, ...rest } = options;
  return value === 'day-first' || value === 'month-first' ? { ...rest, dates: value } : rest;
}
