import { type ReactNode, useState } from 'react';
import type { PositionView, RuleView } from '../../projections/views.ts';
import { useChoices } from '../choices.ts';
import { price, quantity } from '../format.ts';
import { Empty } from '../parts.tsx';
import { inOrder } from '../rules.ts';
import { useDecimals, usePage } from '../store.ts';
import { RULE_STATES } from '../words.ts';
import { Criteria } from './Criteria.tsx';
import css from './Rules.module.css';

/** The selected position, or the first that is held. */
function useSelectedPosition(): PositionView | undefined {
  const selected = useChoices((choices) => choices.selectedPositionId);
  return usePage(
    ({ positions }) => positions.find(({ id }) => id === selected) ?? positions.find(({ closedTs }) => closedTs === null),
  );
}

/** What each rule of the table makes of the selected position: what acts soonest first, what is off folded up at the end. */
export function Rules(): ReactNode {
  const position = useSelectedPosition();
  if (!position) return <Plans />;
  return <RulesOf key={position.id} position={position} />;
}

/** Nothing is held: how entry plans stand. */
function Plans(): ReactNode {
  const instruments = usePage((page) => page.instruments);
  const planned = instruments.flatMap(({ symbol, plan }) => (plan ? [{ symbol, plan }] : []));
  if (planned.length === 0) return <Empty>The rules read a position. Nothing is held.</Empty>;
  return (
    <section className={css.rules} aria-label="Entry plans">
      <p className={css.whose}>Nothing is held.</p>
      {planned.map(({ symbol, plan }) => (
        <Rule key={symbol} rule={{ ...plan, title: `${plan.title} · ${symbol}` }} />
      ))}
    </section>
  );
}

function RulesOf({ position }: { position: PositionView }): ReactNode {
  const { id, symbol, side, rules, ending, byHand } = position;
  const decimals = useDecimals(symbol);
  // Whoever points at a rule or has opened it with the keyboard keeps it where it is.
  const [held, setHeld] = useState<readonly string[] | null>(null);
  const order = inOrder(rules, held);
  const on = order.filter(({ status }) => status !== 'off');
  const off = order.filter(({ status }) => status === 'off');
  const hold = (): void => setHeld((now) => now ?? order.map(({ rule }) => rule));
  return (
    <section className={css.rules} aria-label={`Rules of ${symbol}`}>
      <div
        onPointerEnter={hold}
        onPointerLeave={({ currentTarget }) => {
          if (!currentTarget.contains(document.activeElement)) setHeld(null);
        }}
        onFocus={hold}
        onBlur={({ currentTarget, relatedTarget }) => {
          if (!currentTarget.contains(relatedTarget) && !currentTarget.matches(':hover')) setHeld(null);
        }}
      >
        <p className={css.whose} data-id={id}>
          <b>{symbol}</b> {side} {quantity(position.quantity)} @ {price(position.averageEntry, decimals)}
          {position.closedTs === null ? null : ` · closed by ${ending}`}
          {byHand ? <b data-tone="down"> · by hand: a rule has failed, only the stop acts by itself</b> : null}
        </p>
        {on.map((rule) => (
          <Rule key={rule.rule} rule={rule} />
        ))}
        {off.length === 0 ? null : (
          <details className={css.off}>
            <summary>
              <b>{off.length} off</b>
              <span title={off.map(({ title }) => title).join(', ')}>{off.map(({ title }) => title).join(', ')}</span>
            </summary>
            {off.map((rule) => (
              <Rule key={rule.rule} rule={rule} />
            ))}
          </details>
        )}
      </div>
    </section>
  );
}

function Rule({ rule: { rule, title, status, state, triggers } }: { rule: RuleView }): ReactNode {
  const { glyph, word } = RULE_STATES[status];
  const [only] = triggers;
  return (
    <details className={css.rule} data-rule={rule} data-status={status}>
      <summary>
        <i className={css.mark} aria-hidden>
          {glyph}
        </i>
        <span className="unseen">{word}</span>
        <b>{title}</b>
        <span title={state}>{state}</span>
      </summary>
      {triggers.length === 0 ? <p className={css.none}>The policy in force switches it off.</p> : null}
      {triggers.length === 1 && only ? <Criteria criteria={only.criteria} /> : null}
      {triggers.length > 1
        ? triggers.map((trigger) => (
            <section key={trigger.label} className={css.trigger} data-status={trigger.status}>
              <h4>
                {trigger.label} <span>{trigger.state}</span>
              </h4>
              <Criteria criteria={trigger.criteria} />
            </section>
          ))
        : null}
    </details>
  );
}
