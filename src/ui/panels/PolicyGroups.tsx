import { Collapsible } from '@base-ui/react/collapsible';
import { type ReactNode, memo, useEffect, useId, useRef } from 'react';
import { type PolicyDocument, valueAt, valueText } from '../../domain/document.ts';
import type { Difference, PolicyFault, PolicyKey } from '../../worker/protocol.ts';
import { choose, useChoices } from '../choices.ts';
import { labelOf, matches } from '../draft.ts';
import { Empty } from '../parts.tsx';
import { type Catalogue, isAt, resetKey, setKey } from '../policy.ts';
import { PolicyField } from './PolicyField.tsx';
import css from './PolicyGroups.module.css';

interface GroupsProps {
  catalogue: Catalogue;
  written: PolicyDocument;
  preset: { name: string; document: PolicyDocument };
  differences: readonly Difference[];
  faults: readonly PolicyFault[];
  search: string;
}

const toggle = (group: string, open: boolean): void =>
  choose(({ policyGroups }) => ({
    policyGroups: open ? [...policyGroups, group] : policyGroups.filter((other) => other !== group),
  }));

/** Every key in the group of its path. While something is searched for, the groups that hold it stand open. */
export function PolicyGroups(props: GroupsProps): ReactNode {
  const { catalogue, search } = props;
  const found =
    search.trim() === ''
      ? catalogue.keys
      : catalogue.keys.filter(({ path, group, help, source, items }) =>
          matches(search, [
            path,
            labelOf(group),
            labelOf(path),
            help,
            source,
            ...items.map((item) => `${item.path} ${item.help}`),
          ]),
        );
  const groups = new Map<string, PolicyKey[]>();
  for (const key of found) groups.set(key.group, [...(groups.get(key.group) ?? []), key]);
  if (groups.size === 0) return <Empty>No key has these words.</Empty>;
  let room = '';
  return (
    <div>
      {[...groups].map(([group, keys]) => {
        const [first = ''] = group.split('.');
        const begins = first !== group && first !== room;
        room = first;
        return (
          <div key={group}>
            {begins ? <h3 className={css.room}>{labelOf(first)}</h3> : null}
            <Group {...props} group={group} keys={keys} />
          </div>
        );
      })}
    </div>
  );
}

function Group({ group, keys, ...props }: GroupsProps & { group: string; keys: readonly PolicyKey[] }): ReactNode {
  const { catalogue, written, preset, differences, faults, search } = props;
  const chosen = useChoices((choices) => choices.policyGroups.includes(group));
  const searching = search.trim() !== '';
  const open = chosen || searching;
  const wrong = faults.filter((fault) => keys.some((key) => isAt(fault, key))).length;
  const differ = differences.filter(({ path }) => keys.some((key) => key.path === path)).length;
  const enabled = valueAt(written, group === '' ? 'enabled' : `${group}.enabled`);
  return (
    <Collapsible.Root open={open} onOpenChange={(next) => (searching ? undefined : toggle(group, next))}>
      <Collapsible.Trigger className={css.group}>
        <span className={css.sign} aria-hidden />
        <b>{labelOf(group)}</b>
        {wrong > 0 ? <span data-tone="fault">{wrong} wrong</span> : null}
        {differ > 0 ? <span className={css.differ}>{differ === 1 ? '1 differs' : `${differ} differ`}</span> : null}
        {typeof enabled === 'boolean' ? <span className={css.on}>{enabled ? 'on' : 'off'}</span> : null}
      </Collapsible.Trigger>
      <Collapsible.Panel>
        {keys.map((key) => (
          <Row
            key={key.path}
            field={key}
            catalogue={catalogue}
            value={valueAt(written, key.path) ?? key.standard}
            standing={valueAt(preset.document, key.path)}
            preset={preset.name}
            differs={differences.some(({ path }) => path === key.path)}
            faults={faultsOf(key, faults)}
          />
        ))}
      </Collapsible.Panel>
    </Collapsible.Root>
  );
}

/** The faults of a key, their paths from the key on, as one text: it stays the same while they do. */
const faultsOf = (key: PolicyKey, faults: readonly PolicyFault[]): string =>
  JSON.stringify(
    faults.filter((fault) => isAt(fault, key)).map(({ path, message }) => ({ path: path.slice(key.path.length + 1), message })),
  );

/** Kinds whose bounds are lengths, which nobody needs to be told before they are reached. */
const RANGELESS = new Set<PolicyKey['kind']>(['list', 'words', 'text']);

/** Kinds that are more than one field, to which a label cannot lead. */
const COMPOUND = new Set<PolicyKey['kind']>(['list', 'words']);

const Row = memo(function Row(props: {
  field: PolicyKey;
  catalogue: Catalogue;
  value: unknown;
  /** the preset's value */
  standing: unknown;
  preset: string;
  differs: boolean;
  faults: string;
}): ReactNode {
  const { field, catalogue, value, standing, preset, differs, faults } = props;
  const id = useId();
  const row = useRef<HTMLDivElement>(null);
  const asked = useChoices((choices) => (choices.policyKey?.path === field.path ? choices.policyKey.nonce : 0));
  useEffect(() => {
    if (asked === 0) return;
    row.current?.scrollIntoView({ block: 'center' });
    row.current?.querySelector<HTMLElement>('input, select, textarea')?.focus({ preventScroll: true });
  }, [asked]);
  const list = JSON.parse(faults) as PolicyFault[];
  const own = list.filter(({ path }) => path === '').map(({ message }) => message);
  const Name = COMPOUND.has(field.kind) ? 'span' : 'label';
  const warning = field.warn[valueText(value)];
  return (
    <div
      ref={row}
      className={css.row}
      data-differs={differs || undefined}
      data-wrong={list.length > 0 || undefined}
      data-wide={field.kind === 'list' || field.kind === 'text' || undefined}
      data-broad={field.unit === '' || undefined}
      data-testid={`key ${field.path}`}
    >
      <Name className={css.name} {...(COMPOUND.has(field.kind) ? {} : { htmlFor: id })}>
        {labelOf(field.path)}
        {differs ? <span className="unseen"> (differs from {preset})</span> : null}
      </Name>
      <div className={css.field}>
        <PolicyField
          id={id}
          field={field}
          value={value}
          label={labelOf(field.path)}
          describedBy={`${id}-help`}
          faults={list}
          onChange={(next) => setKey(catalogue, field.path, next)}
        />
      </div>
      <span className={css.unit}>{field.unit}</span>
      <button
        type="button"
        data-quiet
        className={css.back}
        disabled={!differs}
        aria-label={`Back to ${preset}: ${labelOf(field.path)} ${valueText(standing)}`}
        title={`Back to ${preset}: ${valueText(standing)}`}
        onClick={() => resetKey(catalogue, field.path)}
      >
        ↺
      </button>
      <p className={css.help} id={`${id}-help`}>
        {field.help}
        {own.length > 0 ? (
          <b role="alert" data-tone="fault">
            {' '}
            · {own.join('; ')}
          </b>
        ) : (
          <span>
            {[RANGELESS.has(field.kind) ? '' : field.range, field.source]
              .filter(Boolean)
              .map((words) => ` · ${words.replaceAll(' %', '\u00a0%')}`)
              .join('')}
          </span>
        )}
        {differs ? (
          <em>
            {' '}
            · {preset}: {valueText(standing)}
          </em>
        ) : null}
        {warning === undefined ? null : <b data-tone="down"> · {warning}</b>}
      </p>
    </div>
  );
});
