import { type ReactNode, useEffect, useState } from 'react';
import type { PolicyDocument } from '../../domain/document.ts';
import type { PolicyFault, PolicyKey, PolicyReview } from '../../worker/protocol.ts';
import { pickPolicy } from '../actions.ts';
import { choose, useChoices } from '../choices.ts';
import { presetOf, writtenOf } from '../draft.ts';
import { client } from '../engine.ts';
import { Empty } from '../parts.tsx';
import {
  type Catalogue,
  type Imported,
  bringBack,
  choosePreset,
  exportDraft,
  importPolicy,
  isAt,
  resetKey,
  showKey,
  startWith,
  useCatalogue,
  useEffectOfPolicy,
  useReview,
  warningsOf,
} from '../policy.ts';
import { usePage } from '../store.ts';
import { AutonomyTable } from './Autonomy.tsx';
import css from './Policy.module.css';
import { PolicyApply } from './PolicyApply.tsx';
import { PolicyDifferences } from './PolicyDifferences.tsx';
import { PolicyGroups } from './PolicyGroups.tsx';

/** The policy as a form of its schema: what differs from a preset, what is wrong, what it would change, and putting it in force. */
export function Policy(): ReactNode {
  const { catalogue, error } = useCatalogue();
  if (error !== undefined)
    return (
      <Empty>
        <p role="alert" data-tone="fault">
          {error}
        </p>
      </Empty>
    );
  return catalogue ? <PolicyForm catalogue={catalogue} /> : <Empty>Reading the policy…</Empty>;
}

function PolicyForm({ catalogue }: { catalogue: Catalogue }): ReactNode {
  const draft = useChoices((choices) => choices.draft);
  const [search, setSearch] = useState('');
  const { keys, presets } = catalogue;
  const preset = presetOf(draft, presets);
  const written = writtenOf(draft, presets);
  const review = useReview(written, preset.name);
  const effect = useEffectOfPolicy(review);
  const faults = review && !review.ok ? review.faults : [];
  return (
    <section className={css.policy} aria-label="Policy" data-drop="policy">
      <header className={css.head}>
        <div className={css.bar}>
          <select
            aria-label="Preset"
            title="The preset to start from and to compare with"
            value={preset.name}
            onChange={(event) => choosePreset(event.target.value)}
          >
            {Object.entries(presets).map(([name, document]) => (
              <option key={name} value={name}>
                {[name, ...warningsOf(keys, document).map(({ what }) => what)].join(' · ')}
              </option>
            ))}
          </select>
          <input
            className={css.search}
            type="search"
            aria-label="Search keys"
            placeholder={`Search ${keys.length} keys`}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              if (search === '') event.currentTarget.blur();
              else setSearch('');
            }}
          />
          <button type="button" onClick={pickPolicy}>
            Import
          </button>
          <button type="button" disabled={faults.length > 0} onClick={() => void exportDraft()}>
            Export
          </button>
        </div>
        <Warnings keys={keys} written={written} />
      </header>
      <div className={css.scroll}>
        <ImportOutcome />
        <Aside />
        {search === '' ? (
          <PolicyDifferences
            keys={keys}
            preset={preset.name}
            differences={review?.differences ?? []}
            onBack={({ path }) => resetKey(catalogue, path)}
          />
        ) : null}
        <General faults={faults} keys={keys} />
        <PolicyGroups
          catalogue={catalogue}
          written={written}
          preset={preset}
          differences={review?.differences ?? []}
          faults={faults}
          search={search}
        />
        {search === '' ? (
          <div className={css.autonomy}>
            <AutonomyTable />
          </div>
        ) : null}
      </div>
      <Footer keys={keys} review={review} faults={faults} written={written} />
      <PolicyApply keys={keys} review={review} effect={effect} />
    </section>
  );
}

/** What adds risk, in red, wherever the form is scrolled to. */
function Warnings({ keys, written }: { keys: readonly PolicyKey[]; written: PolicyDocument }): ReactNode {
  const warnings = warningsOf(keys, written);
  if (warnings.length === 0) return null;
  return (
    <ul className={css.warnings} aria-label="What adds risk">
      {warnings.map(({ path, text }) => (
        <li key={path}>
          <b aria-hidden>!</b> {text}
        </li>
      ))}
    </ul>
  );
}

/** Reads a file that was chosen or dropped, and says what came of it. */
function ImportOutcome(): ReactNode {
  const file = useChoices((choices) => choices.importingPolicy);
  const [outcome, setOutcome] = useState<Imported | null>(null);
  useEffect(() => {
    if (!file) return;
    choose({ importingPolicy: null });
    importPolicy(file).then(setOutcome, (error: unknown) =>
      setOutcome({
        ok: false,
        title: `${file.name} cannot be read`,
        lines: [error instanceof Error ? error.message : String(error)],
      }),
    );
  }, [file]);
  if (!outcome) return null;
  return (
    <div className={css.notice} role={outcome.ok ? 'status' : 'alert'} data-ok={outcome.ok || undefined}>
      <p>{outcome.title}</p>
      <ul>
        {outcome.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <button type="button" data-quiet aria-label="Dismiss" onClick={() => setOutcome(null)}>
        ×
      </button>
    </div>
  );
}

/** What was being written before a preset or a file took its place. */
function Aside(): ReactNode {
  const aside = useChoices((choices) => choices.aside);
  if (!aside?.document) return null;
  return (
    <div className={css.notice} data-ok>
      <p>
        “{String(aside.document.name)}” was put aside.{' '}
        <button type="button" className={css.link} onClick={bringBack}>
          Bring it back
        </button>
      </p>
      <button type="button" data-quiet aria-label="Forget what was put aside" onClick={() => choose({ aside: null })}>
        ×
      </button>
    </div>
  );
}

/** What is wrong and belongs to no key of the form. */
function General({ faults, keys }: { faults: readonly PolicyFault[]; keys: readonly PolicyKey[] }): ReactNode {
  const general = faults.filter((fault) => !keys.some((key) => isAt(fault, key)));
  if (general.length === 0) return null;
  return (
    <div className={css.notice} role="alert">
      <ul>
        {general.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            {path || 'The document'}: {message}
          </li>
        ))}
      </ul>
    </div>
  );
}

const keysWord = (count: number): string => (count === 1 ? '1 key' : `${count} keys`);

function Footer(props: {
  keys: readonly PolicyKey[];
  review: PolicyReview | undefined;
  faults: readonly PolicyFault[];
  written: PolicyDocument;
}): ReactNode {
  const { keys, review, faults, written } = props;
  const dead = usePage((page) => page.dead);
  const inForce = usePage((page) => (page.session && page.policy ? String(page.policy.name) : undefined));
  const wrong = keys.filter((key) => faults.some((fault) => isAt(fault, key)));
  const differing = review?.inForce?.length ?? 0;
  const able = !dead && inForce !== undefined && review?.ok === true;
  // what is kept stays a session of its own
  const lost = usePage((page) => page.positions.length > 0 && page.keeping?.state !== 'kept');
  const [asked, setAsked] = useState(false);
  const startOver = (): void => {
    if (lost && !asked) return setAsked(true);
    setAsked(false);
    startWith(written);
    client.send({ type: 'policy', policy: written });
  };
  const [firstWrong] = wrong;
  return (
    <footer className={css.foot}>
      <output className={css.state} data-wrong={faults.length > 0 || undefined}>
        {faults.length > 0 ? (
          <>
            {wrong.length > 0 ? `${keysWord(wrong.length)} wrong` : 'This policy cannot be used'}
            {firstWrong ? (
              <button type="button" className={css.link} onClick={() => showKey(firstWrong)}>
                Show
              </button>
            ) : null}
          </>
        ) : inForce === undefined ? (
          'No session is open'
        ) : differing === 0 ? (
          <>
            <b>{inForce}</b> is in force
          </>
        ) : (
          <>
            <b>{inForce}</b> is in force
            <span className={css.line}>{`${keysWord(differing)} would change`}</span>
          </>
        )}
      </output>
      <button
        type="button"
        disabled={!able || differing === 0}
        title="Opens the session anew with this policy; what was decided so far stays among the sessions"
        data-danger={asked || undefined}
        onClick={startOver}
        onBlur={() => setAsked(false)}
      >
        {asked ? 'Drop what was decided' : 'Start over with it'}
      </button>
      <button
        type="button"
        data-primary
        disabled={!able || differing === 0}
        title="Shows what changes for each open position, and asks"
        onClick={() => choose({ dialog: 'policy' })}
      >
        Apply…
      </button>
    </footer>
  );
}
