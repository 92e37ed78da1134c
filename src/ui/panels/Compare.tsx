import type { ReactNode } from 'react';
import type { Library } from '../../worker/protocol.ts';
import { runComparison, setComparing, useComparing } from '../comparing.ts';
import { useLibrary } from '../library.ts';
import { Empty, Segmented } from '../parts.tsx';
import { type Catalogue, useCatalogue } from '../policy.ts';
import css from './Compare.module.css';
import { DeciderField, Run, SessionsField, Side } from './CompareFields.tsx';
import { CompareTable } from './CompareTable.tsx';
import { Sweep } from './Sweep.tsx';

/** Two policies, or two sessions as they went, on the same entries; and a policy over the values of a key or two. */
export function Compare(): ReactNode {
  const { catalogue, error } = useCatalogue();
  const { library } = useLibrary();
  const part = useComparing((state) => state.part);
  if (error !== undefined)
    return (
      <Empty>
        <p role="alert" data-tone="fault">
          {error}
        </p>
      </Empty>
    );
  if (!catalogue) return <Empty>Reading the policies…</Empty>;
  return (
    <section className={css.compare} aria-label="Compare">
      <div className={css.form}>
        <Segmented
          label="What is compared"
          value={part}
          options={[
            { value: 'compare', text: 'Compare' },
            { value: 'sweep', text: 'Sweep' },
          ]}
          onChoose={(next) => setComparing({ part: next })}
        />
        {part === 'compare' ? (
          <CompareForm catalogue={catalogue} library={library} />
        ) : (
          <Sweep catalogue={catalogue} library={library} />
        )}
      </div>
      <div className={css.found}>
        <CompareTable />
      </div>
    </section>
  );
}

function CompareForm({ catalogue, library }: { catalogue: Catalogue; library: Library | undefined }): ReactNode {
  const { a, b } = useComparing();
  const branches = [a, b].some((side) => side.startsWith('branch '));
  return (
    <>
      <Side label="A" value={a} catalogue={catalogue} library={library} branches onChange={(next) => setComparing({ a: next })} />
      <Side label="B" value={b} catalogue={catalogue} library={library} branches onChange={(next) => setComparing({ b: next })} />
      {branches ? (
        <p className={css.note}>A policy beside a session is run on the entries of that session.</p>
      ) : (
        <SessionsField library={library} />
      )}
      <DeciderField />
      <Run able onRun={() => void runComparison(catalogue, library)} part="compare" text="Compare" />
    </>
  );
}
