import type { ReactNode } from 'react';
import type { CriterionReading } from '../../domain/proposal.ts';
import { VERDICTS } from '../words.ts';
import css from './Criteria.module.css';

/** Criteria a row each: verdict, what is compared, threshold, value. Those of which any will do stand together, under these words. */
export function Criteria({ criteria }: { criteria: readonly CriterionReading[] }): ReactNode {
  if (criteria.length === 0) return null;
  const all = criteria.filter(({ any }) => !any);
  const any = criteria.filter((criterion) => criterion.any);
  const holds = any.some(({ verdict }) => verdict === 'pass');
  return (
    <table className={css.criteria}>
      <caption className="unseen">Criteria</caption>
      <tbody>
        {all.map((criterion) => (
          <Row key={keyOf(criterion)} criterion={criterion} />
        ))}
      </tbody>
      {any.length === 0 ? null : (
        <tbody>
          <tr className={css.group} data-verdict={holds ? 'pass' : 'fail'}>
            <td className={css.verdict}>
              <span aria-hidden>{VERDICTS[holds ? 'pass' : 'fail'].glyph}</span>
              <span className="unseen">{VERDICTS[holds ? 'pass' : 'fail'].word}</span>
            </td>
            <th scope="rowgroup" colSpan={3}>
              {all.length === 0 ? 'any of' : 'and any of'}
            </th>
          </tr>
          {any.map((criterion) => (
            <Row key={keyOf(criterion)} criterion={criterion} />
          ))}
        </tbody>
      )}
    </table>
  );
}

const keyOf = ({ label, comparison, threshold }: CriterionReading): string => `${label} ${comparison} ${threshold}`;

function Row({ criterion }: { criterion: CriterionReading }): ReactNode {
  const { label, comparison, threshold, value, verdict, any } = criterion;
  return (
    <tr data-verdict={verdict} data-any={any}>
      <td className={css.verdict}>
        <span aria-hidden>{VERDICTS[verdict].glyph}</span>
        <span className="unseen">{VERDICTS[verdict].word}</span>
      </td>
      <th scope="row">{label}</th>
      <td className={css.threshold}>
        {comparison} {threshold}
      </td>
      <td>{value}</td>
    </tr>
  );
}
