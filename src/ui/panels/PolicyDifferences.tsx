import type { ReactNode } from 'react';
import { valueText } from '../../domain/document.ts';
import type { Difference, PolicyKey } from '../../worker/protocol.ts';
import { labelOf } from '../draft.ts';
import { backToPreset, showKey } from '../policy.ts';
import css from './PolicyDifferences.module.css';

/** "Breakeven · Trigger" */
const fullLabel = (path: string): string => {
  const group = path.split('.').slice(0, -1).join('.');
  return group === '' ? labelOf(path) : `${labelOf(group)} · ${labelOf(path)}`;
};

/** A value as the form writes it. */
const shown = (value: unknown): string => (typeof value === 'boolean' ? (value ? 'on' : 'off') : valueText(value));

/** Every key at which two policies differ, from the one to the other; a key leads to its place in the form. */
export function DifferenceTable(props: {
  keys: readonly PolicyKey[];
  differences: readonly Difference[];
  label: string;
  onKey?: (key: PolicyKey) => void;
  onBack?: (key: PolicyKey) => void;
}): ReactNode {
  const { onKey, onBack } = props;
  const byPath = new Map(props.keys.map((key) => [key.path, key]));
  return (
    <table className={css.table} aria-label={props.label}>
      <tbody>
        {props.differences.map(({ path, from, to }) => {
          const key = byPath.get(path);
          const warned = key?.warn[valueText(to)] !== undefined;
          return (
            <tr key={path}>
              <th scope="row">
                {key && onKey ? (
                  <button type="button" className={css.key} onClick={() => onKey(key)}>
                    {fullLabel(path)}
                  </button>
                ) : (
                  fullLabel(path)
                )}
              </th>
              <td className={css.from}>{shown(from)}</td>
              <td className={css.arrow}>→</td>
              <td data-tone={warned ? 'down' : undefined}>
                <b>{shown(to)}</b>
              </td>
              {key && onBack ? (
                <td className={css.back}>
                  <button
                    type="button"
                    data-quiet
                    aria-label={`Take back ${fullLabel(path)}`}
                    title={`Back to ${shown(from)}`}
                    onClick={() => onBack(key)}
                  >
                    ↺
                  </button>
                </td>
              ) : null}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The list of what differs from the preset. */
export function PolicyDifferences(props: {
  keys: readonly PolicyKey[];
  preset: string;
  differences: readonly Difference[];
  onBack: (key: PolicyKey) => void;
}): ReactNode {
  const { keys, preset, differences, onBack } = props;
  return (
    <section className={css.differences} aria-label={`Differences from ${preset}`}>
      <header>
        <h3>
          {differences.length === 0
            ? `As the preset ${preset}`
            : `Differs from ${preset} at ${differences.length === 1 ? '1 key' : `${differences.length} keys`}`}
        </h3>
        <button type="button" data-quiet disabled={differences.length === 0} onClick={backToPreset}>
          Back to {preset}
        </button>
      </header>
      {differences.length === 0 ? null : (
        <DifferenceTable
          keys={keys}
          differences={differences}
          label={`Differences from ${preset}`}
          onKey={showKey}
          onBack={onBack}
        />
      )}
    </section>
  );
}
