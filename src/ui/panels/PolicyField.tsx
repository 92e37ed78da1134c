import type { ReactNode } from 'react';
import { type PolicyDocument, valueAt, valueText, withValue } from '../../domain/document.ts';
import type { PolicyFault, PolicyKey } from '../../worker/protocol.ts';
import { labelOf } from '../draft.ts';
import { Segmented, Switch } from '../parts.tsx';
import css from './PolicyField.module.css';

export interface FieldProps {
  id: string;
  field: PolicyKey;
  value: unknown;
  label: string;
  describedBy: string;
  /** what is wrong at the key (path "") or inside of it */
  faults: readonly PolicyFault[];
  onChange: (value: unknown) => void;
}

/** What is written at a key, to be changed in the way that its kind asks for. What is typed is never corrected: the schema says what is wrong. */
export function PolicyField(props: FieldProps): ReactNode {
  const { id, field, value, label, describedBy, onChange } = props;
  switch (field.kind) {
    case 'measure':
    case 'decimal':
    case 'count':
      return <TextField {...props} />;
    case 'optional-measure':
      return <OptionalMeasure {...props} />;
    case 'switch':
      return (
        <Switch id={id} on={value === true} describedBy={describedBy} onChange={onChange}>
          {value === true ? 'on' : 'off'}
        </Switch>
      );
    case 'choice':
      return (
        <select
          id={id}
          className={css.choice}
          value={valueText(value)}
          aria-describedby={describedBy}
          aria-invalid={props.faults.length > 0}
          data-tone={field.warn[valueText(value)] === undefined ? undefined : 'down'}
          onChange={(event) => onChange(event.target.value)}
        >
          {optionsOf(field, value).map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      );
    case 'words':
      return <Words {...props} />;
    case 'autonomy':
      return <AutonomyField {...props} />;
    case 'list':
      return <List {...props} />;
    case 'text':
      return Number(field.most) > 100 ? (
        <textarea
          id={id}
          className={css.text}
          rows={2}
          value={valueText(value) === '–' ? '' : valueText(value)}
          aria-describedby={describedBy}
          aria-invalid={props.faults.length > 0}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <TextField {...props} />
      );
    default:
      return <output aria-label={label}>{field.kind satisfies never}</output>;
  }
}

/** The options, and what stands there although it is none of them, so that it is not shown as another. */
const optionsOf = ({ options }: PolicyKey, value: unknown): readonly string[] =>
  options.includes(valueText(value)) ? options : [valueText(value), ...options];

const written = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** A whole number is written as one; whatever else is typed stays text, which the schema refuses in words. */
const asWritten = (kind: PolicyKey['kind'], text: string): string | number =>
  kind === 'count' && /^-?\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : text;

function TextField({ id, field, value, describedBy, faults, onChange }: FieldProps): ReactNode {
  return (
    <input
      id={id}
      className={field.kind === 'text' ? css.text : css.number}
      autoComplete="off"
      spellCheck={false}
      inputMode={field.kind === 'count' ? 'numeric' : field.kind === 'decimal' ? 'decimal' : 'text'}
      value={written(value)}
      aria-describedby={describedBy}
      aria-invalid={faults.length > 0}
      onChange={(event) => onChange(asWritten(field.kind, event.target.value))}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}

/** A word, or a measure in its place. */
function OptionalMeasure(props: FieldProps): ReactNode {
  const { field, value, label, onChange } = props;
  const word = field.options.find((option) => option === value);
  return (
    <div className={css.pair}>
      <Segmented
        label={label}
        value={word}
        options={field.options.map((option) => ({ value: option, text: option }))}
        onChoose={onChange}
      />
      <TextField {...props} value={word === undefined ? value : ''} />
    </div>
  );
}

/** Some of a few words, in the order in which they were chosen. */
function Words({ id, field, value, label, describedBy, onChange }: FieldProps): ReactNode {
  const chosen: unknown[] = Array.isArray(value) ? value : [];
  return (
    <fieldset id={id} className={css.words} aria-label={label} aria-describedby={describedBy}>
      {field.options.map((option) => (
        <label key={option}>
          <input
            type="checkbox"
            checked={chosen.includes(option)}
            onChange={(event) =>
              onChange(event.target.checked ? [...chosen, option] : chosen.filter((other) => other !== option))
            }
          />
          {option}
        </label>
      ))}
    </fieldset>
  );
}

const MODES: Readonly<Record<string, string>> = {
  off: 'Off',
  suggest: 'Suggest',
  approve: 'Approve',
  'auto-after': 'Auto after',
  auto: 'Auto',
};

function AutonomyField(props: FieldProps): ReactNode {
  const { id, field, value, label, describedBy, onChange } = props;
  const after = /^auto-after (.*)s$/.exec(written(value));
  const mode = after ? 'auto-after' : written(value);
  const [only, ...others] = field.options;
  if (only !== undefined && others.length === 0 && mode === only)
    return (
      <select id={id} className={css.choice} disabled value={only} aria-describedby={describedBy}>
        <option value={only}>{MODES[only] ?? only}, fixed</option>
      </select>
    );
  return (
    <div className={css.pair}>
      <select
        id={id}
        className={css.choice}
        value={mode}
        aria-describedby={describedBy}
        aria-invalid={props.faults.length > 0}
        onChange={(event) => onChange(event.target.value === 'auto-after' ? 'auto-after 10s' : event.target.value)}
      >
        {(field.options.includes(mode) ? field.options : [mode, ...field.options]).map((option) => (
          <option key={option} value={option}>
            {MODES[option] ?? option}
          </option>
        ))}
      </select>
      {after ? (
        <label className={css.seconds}>
          <input
            inputMode="numeric"
            aria-label={`${label}: seconds`}
            value={after[1]}
            onChange={(event) => onChange(`auto-after ${event.target.value}s`)}
          />
          s
        </label>
      ) : null}
    </div>
  );
}

/** A list of groups: each has its keys, can be taken out, and another can be added at the end. */
function List(props: FieldProps): ReactNode {
  const { id, field, value, label, onChange } = props;
  const items: unknown[] = Array.isArray(value) ? value : [];
  const one = labelOf(field.path).replace(/s$/, '').toLowerCase();
  const add = (): void =>
    onChange([...items, items.at(-1) ?? Object.fromEntries(field.items.map((item) => [item.path, item.standard]))]);
  const places = items.map((item, index) => ({ item, place: index + 1 }));
  return (
    <div className={css.list}>
      <ol aria-label={label}>
        {places.map(({ item, place }) => (
          <Item
            key={place}
            {...props}
            item={item}
            place={place}
            one={one}
            removable={items.length > Number(field.least ?? 0)}
            onItem={(next) => onChange(items.with(place - 1, next))}
            onRemove={() => onChange(items.toSpliced(place - 1, 1))}
          />
        ))}
      </ol>
      <button type="button" className={css.add} disabled={items.length >= Number(field.most ?? Infinity)} onClick={add}>
        Add a {one}
      </button>
      <dl className={css.itemHelp}>
        {field.items.map((inner) => (
          <div key={inner.path}>
            <dt>{labelOf(inner.path)}</dt>
            <dd id={`${id}-${inner.path}-help`}>
              {[inner.help, [inner.unit, inner.range].filter(Boolean).join(' '), inner.source].filter(Boolean).join(' · ')}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Item(
  props: FieldProps & {
    item: unknown;
    place: number;
    /** what one of the list is called */
    one: string;
    removable: boolean;
    onItem: (item: unknown) => void;
    onRemove: () => void;
  },
): ReactNode {
  const { id, field, item, place, one, faults } = props;
  const at = String(place - 1);
  const group: PolicyDocument = typeof item === 'object' && item !== null ? { ...item } : {};
  return (
    <li>
      <span className={css.ordinal}>{place}</span>
      {field.items.map((inner) => (
        <div key={inner.path} className={css.item} data-kind={inner.kind}>
          <label htmlFor={`${id}-${place}-${inner.path}`}>
            <span className="unseen">{`${one} ${place}: `}</span>
            {labelOf(inner.path)}
          </label>
          <PolicyField
            id={`${id}-${place}-${inner.path}`}
            field={inner}
            value={valueAt(group, inner.path) ?? inner.standard}
            label={`${one} ${place}: ${labelOf(inner.path)}`}
            describedBy={`${id}-${inner.path}-help`}
            faults={faults.filter(({ path }) => path === `${at}.${inner.path}`)}
            onChange={(next) => props.onItem(withValue(group, inner.path, next))}
          />
        </div>
      ))}
      <button
        type="button"
        data-quiet
        className={css.remove}
        disabled={!props.removable}
        aria-label={`Remove ${one} ${place}`}
        onClick={props.onRemove}
      >
        ×
      </button>
      {faults
        .filter(({ path }) => path === at || path.startsWith(`${at}.`))
        .map(({ path, message }) => (
          <p key={path} role="alert" data-tone="fault">
            {labelOf(path)}: {message}
          </p>
        ))}
    </li>
  );
}
