import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import type { BranchView } from '../../worker/protocol.ts';
import { drawBranch, MOST_DRAWN, useBranches } from '../branches.ts';
import { useChoices } from '../choices.ts';
import { client } from '../engine.ts';
import { askFork } from '../fork.ts';
import { count, minute, money, signedMoney, signedR, stamp, toneOf } from '../format.ts';
import { useLibrary } from '../library.ts';
import { Empty } from '../parts.tsx';
import { usePage } from '../store.ts';
import { Swatch } from './BranchLegend.tsx';
import css from './Branches.module.css';
import { KeptDialog, type KeptWish } from './KeptDialog.tsx';

/** The family of the session that is open: what was decided otherwise in each, and what it came to. */
export function Branches(): ReactNode {
  const { branches, share, stale, error } = useBranches();
  const { library } = useLibrary();
  const [wish, setWish] = useState<KeptWish | null>(null);
  const keeping = usePage((page) => page.keeping);
  if (error !== '' && branches.length === 0)
    return (
      <Empty>
        <p role="alert" data-tone="fault">
          {error}
        </p>
      </Empty>
    );
  if (keeping?.session === null) return <Empty>No branches: {keeping.message || 'no session is open'}.</Empty>;
  if (branches.length === 0) return <Empty>Reading the branches…</Empty>;
  return (
    <div className={css.branches}>
      <Tree branches={branches} onWish={setWish} note={noteOf(branches, share, stale)} />
      {library ? <KeptDialog wish={wish} library={library} onClose={() => setWish(null)} /> : null}
    </div>
  );
}

function noteOf(branches: readonly BranchView[], share: number | null, stale: boolean): string {
  if (share !== null && share < 1) return `Walking the branches again · ${Math.round(share * 100)} %`;
  if (stale) return 'As of when the replay last stood';
  return branches.length === 1
    ? 'No branch yet: F forks at what has the focus, at the record that is open in the journal, or here and now.'
    : '';
}

/** How deep each stands, and where among those of the same parent. */
function placed(branches: readonly BranchView[]): { branch: BranchView; level: number; at: number; of: number }[] {
  const levels = new Map<string, number>();
  return branches.map((branch) => {
    const level = branch.parent === null ? 1 : (levels.get(branch.parent) ?? 0) + 1;
    levels.set(branch.id, level);
    const beside = branches.filter(({ parent }) => parent === branch.parent);
    return { branch, level, at: beside.indexOf(branch) + 1, of: beside.length };
  });
}

function Tree(props: { branches: readonly BranchView[]; onWish: (wish: KeptWish) => void; note: string }): ReactNode {
  const { branches, onWish, note } = props;
  const [active, setActive] = useState<string | null>(null);
  const drawn = useChoices((choices) => choices.drawnBranches);
  const able = usePage((page) => !page.dead && page.tab?.role === 'driver');
  const tree = useRef<HTMLDivElement>(null);
  const current = branches.find(({ id }) => id === active) ?? branches.find(({ open }) => open) ?? branches[0];
  if (!current) return null;
  /** What has the focus is the current one. */
  const go = (next: BranchView | undefined): void => {
    if (next) tree.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(next.id)}"]`)?.focus();
  };
  const at = branches.indexOf(current);
  const open = (one: BranchView): void => {
    if (able && !one.open) client.send({ type: 'open-session', id: one.id });
  };
  const rename = (): void => onWish({ what: 'rename-session', id: current.id, name: current.name });
  const remove = (): void => onWish({ what: 'remove-session', id: current.id, name: current.name });
  const draw = (): void => {
    if (!current.open) drawBranch(current.id);
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => go(branches[at + 1]),
    ArrowUp: () => go(branches[at - 1]),
    ArrowLeft: () => go(branches.find((one) => one.id === current.parent)),
    ArrowRight: () => go(branches.find(({ parent }) => parent === current.id)),
    Home: () => go(branches[0]),
    End: () => go(branches.at(-1)),
    Enter: () => open(current),
    ' ': draw,
    ...(able ? { F2: rename, Delete: remove } : {}),
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const run = keys[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  };
  const full = !drawn.includes(current.id) && drawn.length >= MOST_DRAWN;
  return (
    <>
      <div className={css.tools} role="toolbar" aria-label={`Branch ${current.name}`}>
        <button type="button" disabled={!able || current.open} onClick={() => open(current)}>
          Open <kbd>Enter</kbd>
        </button>
        <button
          type="button"
          aria-pressed={drawn.includes(current.id)}
          disabled={current.open || full}
          title={
            current.open
              ? 'It is on the chart already'
              : full
                ? `${MOST_DRAWN} are drawn: take one off first`
                : 'Over the session that is open'
          }
          onClick={draw}
        >
          On the chart <kbd>Space</kbd>
        </button>
        <button type="button" disabled={!able} onClick={rename}>
          Rename <kbd>F2</kbd>
        </button>
        <button type="button" disabled={!able} onClick={remove}>
          Delete <kbd>Del</kbd>
        </button>
        <button type="button" disabled={!able} onClick={() => askFork(null)}>
          Fork now <kbd>F</kbd>
        </button>
        <output className={css.note}>{note}</output>
      </div>
      <div className={css.table}>
        <div className={css.head} aria-hidden>
          <span>Branch</span>
          <span>Left its parent</span>
          <span data-number>Records</span>
          <span data-number>Realised</span>
          <span data-number>Equity</span>
          <span data-number>Δ realised</span>
          <span data-number>Δ equity</span>
          <span data-number>Δ R</span>
        </div>
        <div ref={tree} role="tree" aria-label="Branches">
          {placed(branches).map(({ branch, level, at: place, of }) => (
            <Item
              key={branch.id}
              branch={branch}
              level={level}
              place={place}
              of={of}
              active={branch.id === current.id}
              style={branch.open ? -1 : drawn.indexOf(branch.id)}
              onPick={() => setActive(branch.id)}
              onOpen={() => open(branch)}
              onKeyDown={onKeyDown}
            />
          ))}
        </div>
      </div>
    </>
  );
}

function Item(props: {
  branch: BranchView;
  level: number;
  place: number;
  of: number;
  active: boolean;
  /** which of the lines on the chart; below 0 where it is not drawn */
  style: number;
  onPick: () => void;
  onOpen: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}): ReactNode {
  const { branch, level, place, of, active, style, onPick, onOpen, onKeyDown } = props;
  const zone = usePage((page) => page.session?.zone ?? 'UTC');
  const { name, open, records, end, apart, fault, leftTs } = branch;
  const left = leftTs === null ? '' : stamp(leftTs, zone);
  const otherwise = [branch.otherwise, branch.instead === '' ? '' : `not ${branch.instead}`].filter(Boolean).join(', ');
  const where = apart === null ? '' : apart.atEnd ? '' : `at ${minute(apart.ts, zone)}`;
  return (
    <div
      role="treeitem"
      data-id={branch.id}
      aria-level={level}
      aria-posinset={place}
      aria-setsize={of}
      aria-selected={active}
      aria-current={open || undefined}
      aria-checked={open ? undefined : style >= 0}
      tabIndex={active ? 0 : -1}
      className={css.item}
      onFocus={onPick}
      onClick={onPick}
      onDoubleClick={onOpen}
      onKeyDown={onKeyDown}
    >
      <span className={css.name} style={{ paddingLeft: (level - 1) * 16 }}>
        {level > 1 ? <span aria-hidden>└</span> : null}
        {style >= 0 ? <Swatch style={style} /> : null}
        {open ? <b title="This session is open">{name}</b> : <span>{name}</span>}
      </span>
      <span className={css.left} title={otherwise}>
        {left} <small>{otherwise}</small>
      </span>
      <span data-number title={`${count(records)} records`}>
        {count(records)}
      </span>
      {end === null ? (
        <span className={css.wide} data-tone={fault === '' ? undefined : 'fault'}>
          {fault === '' ? '…' : fault}
        </span>
      ) : (
        <>
          <span data-number data-tone={toneOf(end.realized)} title={`Realised at ${stamp(end.ts, zone)}: ${end.realized}`}>
            {signedMoney(end.realized)}
          </span>
          <span data-number title={`Equity at ${stamp(end.ts, zone)}: ${end.equity}`}>
            {money(end.equity)}
          </span>
          {apart === null ? null : (
            <>
              <span data-number data-tone={toneOf(apart.realized)} title={`Against its parent: ${apart.realized}`}>
                {signedMoney(apart.realized)}
              </span>
              <span data-number data-tone={toneOf(apart.equity)} title={`Against its parent: ${apart.equity}`}>
                {signedMoney(apart.equity)}
                {where === '' ? null : (
                  <small title="One of the two has not come further: compared where both have been"> {where}</small>
                )}
              </span>
              <span data-number data-tone={apart.r === null ? undefined : toneOf(apart.r)}>
                {apart.r === null ? <small>no stop</small> : signedR(apart.r)}
              </span>
            </>
          )}
        </>
      )}
    </div>
  );
}
