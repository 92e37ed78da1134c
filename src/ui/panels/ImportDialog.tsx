import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { sessionOf } from '../../domain/session.ts';
import type { BarPath } from '../../domain/tape.ts';
import type { ImportOptions, Inspection } from '../../worker/protocol.ts';
import { choose, useChoices } from '../choices.ts';
import { Dialog } from '../Dialog.tsx';
import { client } from '../engine.ts';
import { startWith } from '../policy.ts';
import { count, stamp, zoneName } from '../format.ts';
import { usePage } from '../store.ts';
import { TAPE_KINDS } from '../words.ts';
import { ImportFields } from './ImportFields.tsx';
import css from './ImportDialog.module.css';
import { RejectedRows } from './RejectedRows.tsx';

const close = (): void => choose({ importing: null });

/** Shows what a dropped or chosen file is found to be, lets it be corrected, and opens it. */
export function ImportDialog(): ReactNode {
  const file = useChoices((choices) => choices.importing);
  return (
    <Dialog title={file ? `Open ${file.name}` : 'Open file'} open={file !== null} onClose={close} wide>
      {file ? <Import key={`${file.name} ${file.size} ${file.lastModified}`} file={file} onDone={close} /> : null}
    </Dialog>
  );
}

const INSPECT_DELAY_MS = 300;

function Import({ file, onDone }: { file: File; onDone: () => void }): ReactNode {
  const chosen = useChoices((choices) => choices.policy);
  const [options, setOptions] = useState<ImportOptions>({});
  const own = typeof chosen === 'string' ? undefined : String(chosen.name);
  const [policy, setPolicy] = useState(typeof chosen === 'string' ? chosen : String(chosen.name));
  const [barPath, setBarPath] = useState<BarPath>('adverse-first');
  const { found, error, looking } = useInspection(file, options);
  const opening = useOpening(onDone);
  const presets = usePage((page) => page.session?.policies);
  const policies = [...(own === undefined ? [] : [own]), ...(presets ?? []).filter((name) => name !== own)];
  const submitButton = useRef<HTMLButtonElement>(null);
  const ready = found !== undefined && error === undefined && !looking && opening.state !== 'opening';

  useEffect(() => {
    const typing = document.activeElement?.matches('input, select');
    if (ready && !typing) submitButton.current?.focus();
  }, [ready]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!ready) return;
    const choice = policy === own ? chosen : policy;
    if (choice !== chosen) startWith(choice);
    opening.begin();
    client.send({ type: 'open-file', file, options, policy: choice, barPath });
  };

  return (
    <form className={css.form} onSubmit={submit} aria-busy={looking}>
      {found ? <Found found={found} /> : error === undefined ? <p className={css.muted}>Looking at the file…</p> : null}
      {found ? (
        <ImportFields
          found={found}
          options={options}
          onOptions={setOptions}
          policies={policies}
          policy={policy}
          onPolicy={setPolicy}
          barPath={barPath}
          onBarPath={setBarPath}
        />
      ) : null}
      {error === undefined ? null : (
        <p role="alert" data-tone="fault">
          {error}
        </p>
      )}
      {opening.state === 'failed' ? (
        <p role="alert" data-tone="fault">
          {opening.fault}
        </p>
      ) : null}
      {found ? <RejectedRows rows={found.rejected} total={found.rejectedRows} /> : null}
      <footer className={css.footer}>
        {opening.state === 'opening' ? <Opening /> : null}
        <button type="button" onClick={onDone}>
          Cancel <kbd>Esc</kbd>
        </button>
        <button ref={submitButton} type="submit" data-primary disabled={!ready}>
          Open <kbd>Enter</kbd>
        </button>
      </footer>
    </form>
  );
}

function useInspection(
  file: File,
  options: ImportOptions,
): { found: Inspection | undefined; error: string | undefined; looking: boolean } {
  const key = JSON.stringify(options);
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), INSPECT_DELAY_MS);
    return () => clearTimeout(timer);
  }, [key]);
  const { data, error, isFetching } = useQuery({
    queryKey: ['inspect', file.name, file.size, file.lastModified, settled],
    queryFn: () => client.ask({ ask: 'inspect', file, options: JSON.parse(settled) as ImportOptions }),
    placeholderData: keepPreviousData,
  });
  // What was typed last may be unusable: the fields stay, so that it can be put right.
  const [kept, setKept] = useState<Inspection>();
  if (data !== undefined && data !== kept) setKept(data);
  return { found: data ?? kept, error: error?.message, looking: isFetching || settled !== key };
}

/** Follows an opening to its end: the session that comes, or the fault that comes instead. */
function useOpening(onDone: () => void): { state: 'idle' | 'opening' | 'failed'; fault: string; begin: () => void } {
  const [begun, setBegun] = useState<{ epoch: number; fault: unknown } | null>(null);
  const epoch = usePage((page) => page.epoch);
  const fault = usePage((page) => page.faults.at(-1));
  const opened = begun !== null && epoch !== begun.epoch;
  useEffect(() => {
    if (opened) onDone();
  }, [opened, onDone]);
  const failed = begun !== null && !opened && fault !== undefined && fault !== begun.fault;
  return {
    state: begun === null ? 'idle' : failed ? 'failed' : 'opening',
    fault: failed ? [fault.message, fault.detail].filter(Boolean).join(': ') : '',
    begin: () => setBegun({ epoch, fault }),
  };
}

function Opening(): ReactNode {
  const progress = usePage((page) => page.progress);
  return (
    <span className={css.opening}>
      {progress?.label ?? 'Opening…'}
      <progress aria-label="Opening" {...(progress ? { value: progress.share } : {})} />
    </span>
  );
}

function Found({ found }: { found: Inspection }): ReactNode {
  const { zone } = sessionOf(found.instrument);
  return (
    <section aria-label="What was found">
      <p className={css.found}>
        <b>{found.instrument.symbol}</b> · {count(found.rows)} {TAPE_KINDS[found.kind]} · {stamp(found.fromTs, zone)} –{' '}
        {stamp(found.toTs, zone)} <span className={css.muted}>{zoneName(zone)}</span>
        {found.rejectedRows > 0 ? <b data-tone="fault"> · {count(found.rejectedRows)} rows left out</b> : null}
      </p>
      <ul className={css.notes}>
        {found.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  );
}
