import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { type PolicyDocument, valueText } from '../../domain/document.ts';
import type { Answers, KeyToSweep, Library, SweptKey } from '../../worker/protocol.ts';
import { policyOf, runSweep, setComparing, setKeyToSweep, type SweepableKey, sweepable, useComparing } from '../comparing.ts';
import { client } from '../engine.ts';
import { count } from '../format.ts';
import type { Catalogue } from '../policy.ts';
import css from './Compare.module.css';
import { DeciderField, Run, SessionsField, Side } from './CompareFields.tsx';

const MOST_CELLS = 2_500;

/** What is swept: a policy, one key or two with their values, and the sessions. */
export function Sweep({ catalogue, library }: { catalogue: Catalogue; library: Library | undefined }): ReactNode {
  const { swept, keys } = useComparing();
  const policy = policyOf(swept, catalogue, library) ?? {};
  const known = sweepable(catalogue.keys, policy);
  const [first, second] = keys;
  const checkedFirst = useValues(policy, first);
  const checkedSecond = useValues(policy, second);
  const twice = second.path !== '' && second.path === first.path;
  const ready = readyKeys([first, checkedFirst], second.path === '' ? undefined : [second, checkedSecond]);
  const cells = ready?.reduce((product, { values }) => product * values.length, 1) ?? 0;
  const many = cells > MOST_CELLS;
  return (
    <>
      <Side
        label="Policy"
        value={swept}
        catalogue={catalogue}
        library={library}
        branches={false}
        onChange={(next) => setComparing({ swept: next })}
      />
      <KeyFields nth={0} label="Key" written={first} known={known} checked={checkedFirst} fault="" />
      <KeyFields
        nth={1}
        label="Second key (may be empty)"
        written={second}
        known={known}
        checked={checkedSecond}
        fault={twice ? 'the same key as the first; expected another' : ''}
      />
      <SessionsField library={library} />
      <DeciderField />
      <p className={css.note} data-tone={many ? 'fault' : undefined}>
        {ready === undefined
          ? 'What is written at the keys cannot be swept yet.'
          : `${count(cells)} ${cells === 1 ? 'cell' : 'cells'}${many ? `; at most ${count(MOST_CELLS)} are run` : ''}`}
      </p>
      <Run
        able={ready !== undefined && !twice && !many}
        onRun={() => void runSweep(catalogue, library, ready ?? [], cells)}
        part="sweep"
        text="Sweep"
      />
    </>
  );
}

type Checked = Answers['sweep-values'] | undefined;

/** The keys with their values where all of them can be swept. */
function readyKeys(...written: ([KeyToSweep, Checked] | undefined)[]): SweptKey[] | undefined {
  const keys: SweptKey[] = [];
  for (const one of written) {
    if (!one) continue;
    const [{ path }, checked] = one;
    if (!checked?.ok) return undefined;
    keys.push({ path, values: checked.values });
  }
  return keys;
}

/** What a key's values are, or what is wrong with them; undefined while nobody has said. */
function useValues(policy: PolicyDocument, key: KeyToSweep): Checked {
  const { data } = useQuery({
    queryKey: ['sweep-values', policy, key],
    queryFn: () => client.ask({ ask: 'sweep-values', policy, key }),
    enabled: key.path !== '',
  });
  return key.path === '' ? undefined : data;
}

function KeyFields(props: {
  nth: 0 | 1;
  label: string;
  written: KeyToSweep;
  known: readonly SweepableKey[];
  checked: Checked;
  fault: string;
}): ReactNode {
  const { nth, label, written, known, checked, fault } = props;
  const id = useId();
  const { path, values } = written;
  const key = known.find((one) => one.path === path);
  const wrong = fault || (path !== '' && !key ? 'no key of this name whose value is a number' : '');
  const message = wrong || (checked?.ok === false ? checked.message.slice(checked.message.indexOf(': ') + 2) : '');
  const said = key ? `now ${valueText(key.now)}; ${key.unit || 'a number'}${key.range && ` ${key.range}`}` : '';
  return (
    <div className={css.key}>
      <label htmlFor={`${id}-key`}>{label}</label>
      <input
        id={`${id}-key`}
        list={`${id}-keys`}
        value={path}
        placeholder={`Search ${known.length} keys`}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={wrong !== ''}
        aria-describedby={`${id}-said`}
        title={key?.help}
        onChange={(event) => setKeyToSweep(nth, { path: event.target.value.trim() })}
      />
      <datalist id={`${id}-keys`}>
        {known.map((one) => (
          <option key={one.path} value={one.path}>
            {one.help}
          </option>
        ))}
      </datalist>
      <label htmlFor={`${id}-values`} className="unseen">
        Values of the {nth === 0 ? 'first' : 'second'} key
      </label>
      <input
        id={`${id}-values`}
        value={values}
        disabled={path === ''}
        placeholder="0.5R:2R:0.25R or 1R,2R"
        spellCheck={false}
        autoComplete="off"
        aria-invalid={message !== ''}
        aria-describedby={`${id}-said`}
        onChange={(event) => setKeyToSweep(nth, { values: event.target.value })}
      />
      <small id={`${id}-said`} data-tone={message === '' ? undefined : 'fault'}>
        {message || (checked?.ok ? `${checked.values.length} values; ${said}` : said)}
      </small>
    </div>
  );
}
