import { Tabs as BaseTabs } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import css from './parts.module.css';

/** One choice of a few, as a row of buttons. */
export function Segmented<T extends string | number>(props: {
  label: string;
  value: T | undefined;
  options: readonly { value: T; text: string; title?: string }[];
  disabled?: boolean;
  onChoose: (value: T) => void;
}): ReactNode {
  return (
    <fieldset className={css.segmented} aria-label={props.label}>
      {props.options.map(({ value, text, title }) => (
        <button
          key={value}
          type="button"
          title={title}
          disabled={props.disabled}
          aria-pressed={value === props.value}
          onClick={() => props.onChoose(value)}
        >
          {text}
        </button>
      ))}
    </fieldset>
  );
}

/** Tabs with their panels; `extra` stands at the right end of the row of tabs. */
export function Tabs<T extends string>(props: {
  value: T;
  onChange: (value: T) => void;
  tabs: readonly { value: T; title: ReactNode; panel: ReactNode }[];
  extra?: ReactNode;
  label: string;
}): ReactNode {
  return (
    <BaseTabs.Root className={css.tabs} value={props.value} onValueChange={(value: T) => props.onChange(value)}>
      <div className={css.tabRow}>
        <BaseTabs.List className={css.tabList} aria-label={props.label}>
          {props.tabs.map(({ value, title }) => (
            <BaseTabs.Tab key={value} value={value} className={css.tab}>
              {title}
            </BaseTabs.Tab>
          ))}
        </BaseTabs.List>
        <div className={css.extra}>{props.extra}</div>
      </div>
      {props.tabs.map(({ value, panel }) => (
        <BaseTabs.Panel key={value} value={value} className={css.tabPanel} tabIndex={-1}>
          {panel}
        </BaseTabs.Panel>
      ))}
    </BaseTabs.Root>
  );
}

/** An on/off button of a row of them. */
export function Toggle(props: { on: boolean; onChange: (on: boolean) => void; title?: string; children: string }): ReactNode {
  return (
    <button
      type="button"
      data-quiet
      className={css.toggle}
      aria-pressed={props.on}
      title={props.title}
      onClick={() => props.onChange(!props.on)}
    >
      {props.children}
    </button>
  );
}

/** A switch with its words beside it. */
export function Switch(props: {
  on: boolean;
  onChange: (on: boolean) => void;
  id?: string;
  disabled?: boolean;
  title?: string;
  describedBy?: string;
  children: ReactNode;
}): ReactNode {
  return (
    <label className={css.switch} title={props.title}>
      <input
        id={props.id}
        type="checkbox"
        role="switch"
        checked={props.on}
        aria-checked={props.on}
        aria-describedby={props.describedBy}
        disabled={props.disabled}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      {props.children}
    </label>
  );
}

/** A labelled field of a form; the label stands above. */
export function Field(props: { label: string; hint?: ReactNode; children: ReactNode }): ReactNode {
  return (
    <label className={css.field}>
      <span>{props.label}</span>
      {props.children}
      {props.hint ? <small>{props.hint}</small> : null}
    </label>
  );
}

/** What stands where there is nothing to show. */
export const Empty = ({ children }: { children: ReactNode }): ReactNode => <div className={css.empty}>{children}</div>;
