import { Popover } from '@base-ui/react/popover';
import { type ReactNode, useMemo } from 'react';
import type { ZoneClock } from '../../domain/session.ts';
import type { PerformanceView, TradeFilter } from '../../projections/performance-views.ts';
import { sessionClock } from '../chart/times.ts';
import { useChoices } from '../choices.ts';
import { dayOfDate } from '../dates.ts';
import { day } from '../format.ts';
import { Field } from '../parts.tsx';
import { resetFilter, setFilter } from '../performance.ts';
import { usePage } from '../store.ts';
import css from './PerformanceFilter.module.css';

const NAMES = { symbol: '', causedBy: 'closed by ', policy: 'policy ', from: 'from ', to: 'to ' } as const;
const KEYS = ['symbol', 'causedBy', 'policy', 'from', 'to'] as const satisfies readonly (keyof TradeFilter)[];

/** What is chosen, each to be taken off. */
export function FilterChips(): ReactNode {
  const filter = useChoices((choices) => choices.performance.filter);
  const zone = usePage((page) => page.session?.zone ?? 'UTC');
  const text = (key: keyof TradeFilter): string => {
    const value = filter[key];
    if (key === 'from') return day(Number(value), zone);
    // the end is the first moment that is left out
    if (key === 'to') return day(Number(value) - 1, zone);
    return String(value);
  };
  return (
    <ul className={css.chips} aria-label="Chosen trades">
      {KEYS.filter((key) => filter[key] !== undefined).map((key) => (
        <li key={key}>
          <button type="button" title="Take off" onClick={() => setFilter(key, undefined)}>
            {NAMES[key]}
            {text(key)} <span aria-hidden>×</span>
            <span className="unseen">, take off</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Opens the form in which trades are chosen. */
export function FilterButton({ view }: { view: PerformanceView | undefined }): ReactNode {
  return (
    <Popover.Root>
      <Popover.Trigger className={css.trigger} disabled={!view}>
        Choose…
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner side="top" align="end" sideOffset={6} className={css.positioner}>
          <Popover.Popup className={css.popup} aria-label="Choose trades">
            {view ? <FilterForm view={view} /> : null}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function FilterForm({ view }: { view: PerformanceView }): ReactNode {
  const filter = useChoices((choices) => choices.performance.filter);
  const session = usePage((page) => page.session);
  const clock = useMemo(() => (session ? sessionClock(session) : null), [session]);
  return (
    <div className={css.form}>
      <Choice label="Instrument" name="symbol" all="all instruments" names={view.symbols} />
      <Choice label="Closed by" name="causedBy" all="every rule and you" names={view.causes} />
      <Choice label="Policy" name="policy" all="all policies" names={view.policies} />
      {clock ? (
        <>
          <Field label="Closed from">
            <DateInput name="from" clock={clock} />
          </Field>
          <Field label="Closed to, this day too">
            <DateInput name="to" clock={clock} />
          </Field>
        </>
      ) : null}
      <button type="button" disabled={Object.keys(filter).length === 0} onClick={resetFilter}>
        Show all
      </button>
    </div>
  );
}

function Choice(props: {
  label: string;
  name: 'symbol' | 'causedBy' | 'policy';
  all: string;
  names: readonly string[];
}): ReactNode {
  const { label, name, all, names } = props;
  const value = useChoices((choices) => choices.performance.filter[name]);
  // what was chosen in another session stays to be seen
  const options = value === undefined || names.includes(value) ? names : [...names, value];
  return (
    <Field label={label}>
      <select value={value ?? ''} onChange={(event) => setFilter(name, event.target.value || undefined)}>
        <option value="">{all}</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** A trading day, as a bound: its beginning, or with `to` its end. */
function DateInput({ name, clock }: { name: 'from' | 'to'; clock: ZoneClock }): ReactNode {
  const value = useChoices((choices) => choices.performance.filter[name]);
  return (
    <input
      type="date"
      value={value === undefined ? '' : clock.day(name === 'to' ? value - 1 : value).date}
      onChange={(event) => {
        const chosen = dayOfDate(clock, event.target.value);
        setFilter(name, name === 'from' ? chosen?.start : chosen?.end);
      }}
    />
  );
}
