import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { sessionOf } from '../../domain/session.ts';
import type { TableLook } from '../../domain/layout.ts';
import type { FoundFile, ImportOptions } from '../../worker/protocol.ts';
import { client } from '../engine.ts';
import { count, stamp, zoneName } from '../format.ts';
import { type Looked, fileKey } from '../importing.ts';
import { TAPE_KINDS } from '../words.ts';
import css from './ImportDialog.module.css';
import { ImportFields } from './ImportFields.tsx';
import { ImportReport } from './ImportReport.tsx';
import { ImportTable } from './ImportTable.tsx';
import { RejectedRows } from './RejectedRows.tsx';

const INSPECT_DELAY_MS = 300;

/** What one file is found to be, and what may be corrected in it. Of several each folds up; one that cannot be used is open. */
export function ImportFile(props: {
  file: File;
  only: boolean;
  onLooked: (key: string, looked: Looked) => void;
  onRemove: (file: File) => void;
}): ReactNode {
  const { file, only, onLooked, onRemove } = props;
  const [options, setOptions] = useState<ImportOptions>({});
  const { found, table, error, looking } = useInspection(file, options);
  const [open, setOpen] = useState(only);
  useEffect(() => onLooked(fileKey(file), { options, found, error, looking }), [onLooked, file, options, found, error, looking]);
  const inside = (
    <>
      {found ? <Found found={found} /> : error === undefined ? <p className={css.muted}>Looking at the file…</p> : null}
      {error === undefined ? null : (
        <p role="alert" data-tone="fault">
          {error}
        </p>
      )}
      {table ? (
        <ImportTable
          table={table}
          layout={options.layout ?? {}}
          onLayout={(layout) => setOptions((before) => ({ ...before, layout }))}
        />
      ) : null}
      {found ? <ImportFields found={found} options={options} onOptions={setOptions} /> : null}
      {found ? <RejectedRows rows={found.rejected} total={found.rejectedRows} /> : null}
    </>
  );
  if (only) return inside;
  return (
    <section className={css.file} aria-label={file.name}>
      <header>
        <button
          type="button"
          data-quiet
          className={css.fold}
          aria-expanded={open || error !== undefined}
          onClick={() => setOpen(!open)}
        >
          <span aria-hidden>{open || error !== undefined ? '▾' : '▸'}</span> <b>{found?.instrument.symbol ?? file.name}</b>{' '}
          <Line found={found} error={error} looking={looking} />
        </button>
        <button
          type="button"
          data-quiet
          aria-label={`Remove ${file.name}`}
          title="Leave this file out"
          onClick={() => onRemove(file)}
        >
          ×
        </button>
      </header>
      {open || error !== undefined ? <div className={css.inside}>{inside}</div> : null}
    </section>
  );
}

/** A file in a line, while it is folded up. */
function Line({
  found,
  error,
  looking,
}: {
  found: FoundFile | undefined;
  error: string | undefined;
  looking: boolean;
}): ReactNode {
  if (error !== undefined) return <span data-tone="fault">cannot be used as it is</span>;
  if (!found) return <span className={css.muted}>looking at the file…</span>;
  const { zone } = sessionOf(found.instrument);
  return (
    <span className={css.muted}>
      {count(found.rows)} {TAPE_KINDS[found.kind]} · {stamp(found.fromTs, zone)} – {stamp(found.toTs, zone)} {zoneName(zone)}
      {found.rejectedRows > 0 ? <b data-tone="fault"> · {count(found.rejectedRows)} rows left out</b> : null}
      {looking ? ' …' : ''}
    </span>
  );
}

function useInspection(
  file: File,
  options: ImportOptions,
): { found: FoundFile | undefined; table: TableLook | undefined; error: string | undefined; looking: boolean } {
  const key = JSON.stringify(options);
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), INSPECT_DELAY_MS);
    return () => clearTimeout(timer);
  }, [key]);
  const { data, error, isFetching } = useQuery({
    queryKey: ['inspect', fileKey(file), settled],
    queryFn: () => client.ask({ ask: 'inspect', file, options: JSON.parse(settled) as ImportOptions }),
    placeholderData: keepPreviousData,
  });
  // What was corrected last may be unusable: the fields stay, so that it can be put right.
  const [kept, setKept] = useState<FoundFile>();
  const found = data?.kind === 'unread' ? undefined : data;
  if (found !== undefined && found !== kept) setKept(found);
  return {
    found: found ?? kept,
    table: data?.table ?? kept?.table,
    error: error?.message ?? (data?.kind === 'unread' ? data.fault : undefined),
    looking: isFetching || settled !== key,
  };
}

function Found({ found }: { found: FoundFile }): ReactNode {
  const { zone } = sessionOf(found.instrument);
  return (
    <section aria-label="What was found">
      <p className={css.found}>
        <b>{found.instrument.symbol}</b> · {count(found.rows)} {TAPE_KINDS[found.kind]} · {stamp(found.fromTs, zone)} –{' '}
        {stamp(found.toTs, zone)} <span className={css.muted}>{zoneName(zone)}</span>
        {found.rejectedRows > 0 ? <b data-tone="fault"> · {count(found.rejectedRows)} rows left out</b> : null}
      </p>
      <ImportReport found={found} zone={zone} />
      <ul className={css.notes}>
        {found.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  );
}
