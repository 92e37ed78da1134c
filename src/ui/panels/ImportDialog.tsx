import { type FormEvent, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { BarPath } from '../../domain/tape.ts';
import type { FileToOpen } from '../../worker/protocol.ts';
import { pickFile } from '../actions.ts';
import { choose, useChoices } from '../choices.ts';
import { Dialog } from '../Dialog.tsx';
import { client } from '../engine.ts';
import { startWith } from '../policy.ts';
import { type Looked, fileKey, twins } from '../importing.ts';
import { usePage } from '../store.ts';
import css from './ImportDialog.module.css';
import { ImportFile } from './ImportFile.tsx';
import { SessionFields } from './ImportFields.tsx';

/** What is being read is not waited for any more, and leaves nothing behind. */
function close(): void {
  client.send({ type: 'cancel' });
  choose({ importing: null });
}
const without = (gone: File): void =>
  choose(({ importing }) => {
    const left = (importing ?? []).filter((file) => file !== gone);
    return { importing: left.length === 0 ? null : left };
  });

/** Shows what dropped or chosen files are found to be, lets each be corrected, and opens them as one session. */
export function ImportDialog(): ReactNode {
  const files = useChoices((choices) => choices.importing);
  const [only, ...others] = files ?? [];
  const title = only === undefined ? 'Open files' : others.length === 0 ? `Open ${only.name}` : `Open ${others.length + 1} files`;
  return (
    <Dialog title={title} open={only !== undefined} onClose={close} wide>
      {files && only ? <Import files={files} onDone={close} /> : null}
    </Dialog>
  );
}

function Import({ files: given, onDone }: { files: readonly File[]; onDone: () => void }): ReactNode {
  // the same file dropped twice is one
  const files = useMemo(() => [...new Map(given.map((file) => [fileKey(file), file])).values()], [given]);
  const chosen = useChoices((choices) => choices.policy);
  const own = typeof chosen === 'string' ? undefined : String(chosen.name);
  const [policy, setPolicy] = useState(typeof chosen === 'string' ? chosen : String(chosen.name));
  const [barPath, setBarPath] = useState<BarPath>('adverse-first');
  const [looked, setLooked] = useState<Readonly<Record<string, Looked>>>({});
  const onLooked = useCallback((key: string, found: Looked) => setLooked((before) => ({ ...before, [key]: found })), []);
  const opening = useOpening(onDone);
  const presets = usePage((page) => page.session?.policies);
  const policies = [...(own === undefined ? [] : [own]), ...(presets ?? []).filter((name) => name !== own)];
  const submitButton = useRef<HTMLButtonElement>(null);
  const all = files.map((file) => looked[fileKey(file)]);
  const twin = twins(files.flatMap((file, at) => ({ name: file.name, symbol: all[at]?.found?.instrument.symbol })));
  const sound = all.every((one) => one !== undefined && one.found !== undefined && one.error === undefined && !one.looking);
  const ready = sound && twin === '' && opening.state !== 'opening';
  const looking = all.some((one) => one === undefined || one.looking);

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
    const toOpen = files.map((file): FileToOpen => ({ file, options: looked[fileKey(file)]?.options ?? {} }));
    client.send({ type: 'open-files', files: toOpen, policy: choice, barPath });
  };

  return (
    <form className={css.form} onSubmit={submit} aria-busy={looking}>
      <div className={css.files}>
        {files.map((file) => (
          <ImportFile key={fileKey(file)} file={file} only={files.length === 1} onLooked={onLooked} onRemove={without} />
        ))}
      </div>
      {all.some((one) => one?.found) ? (
        <SessionFields policies={policies} policy={policy} onPolicy={setPolicy} barPath={barPath} onBarPath={setBarPath} />
      ) : null}
      {twin === '' ? null : (
        <p role="alert" data-tone="fault">
          {twin}
        </p>
      )}
      {opening.state === 'failed' ? (
        <p role="alert" data-tone="fault">
          {opening.fault}
        </p>
      ) : null}
      <footer className={css.footer}>
        {opening.state === 'opening' ? <Opening /> : null}
        <button type="button" className={css.add} data-quiet onClick={pickFile}>
          Add files…
        </button>
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

/** Follows an opening to its end: the session that comes, or the fault that comes instead. */
function useOpening(onDone: () => void): { state: 'idle' | 'opening' | 'failed'; fault: string; begin: () => void } {
  const [begun, setBegun] = useState<{ run: number; fault: unknown } | null>(null);
  const run = usePage((page) => page.run);
  const fault = usePage((page) => page.faults.at(-1));
  const opened = begun !== null && run !== begun.run;
  useEffect(() => {
    if (opened) onDone();
  }, [opened, onDone]);
  const failed = begun !== null && !opened && fault !== undefined && fault !== begun.fault;
  return {
    state: begun === null ? 'idle' : failed ? 'failed' : 'opening',
    fault: failed ? [fault.message, fault.detail].filter(Boolean).join(': ') : '',
    begin: () => setBegun({ run, fault }),
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
