import type { ReactNode } from 'react';
import type { CriterionReading } from '../../domain/proposal.ts';
import { VERDICTS } from '../words.ts';
import css from './Criteria.module.css';

/** Criteria a row each: verdict, what is compared, threshold, value. */
export function Criteria({ criteria }: { criteria: readonly CriterionReading[] }): ReactNode {
  if (criteria.length === 0) return null;
  return (
    <table className={css.criteria}>
      <caption className="unseen">Criteria</caption>
      <tbody>
        {criteria.map(({ label, comparison, threshold, value, verdict }) => (
          <tr key={`${label} ${comparison} ${threshold}`} data-verdict={verdict}>
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
        ))}
      </tbody>
    </table>
  );
}
