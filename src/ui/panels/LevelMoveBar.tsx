import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { choose, useChoices } from '../choices.ts';
import { client, command } from '../engine.ts';
import { negated, price, priceOf, signedMoney } from '../format.ts';
import { useDecimals, usePage } from '../store.ts';
import css from './LevelMoveBar.module.css';

const cancel = (): void => choose({ move: null });
const onKey = (event: KeyboardEvent): void => {
  if (event.key === 'Escape') cancel();
};

/** Asks before a level that was dragged on the chart is moved. */
export function LevelMoveBar(): ReactNode {
  const move = useChoices((choices) => choices.move);
  const position = usePage((page) => page.positions.find(({ id }) => id === move?.positionId));
  const decimals = useDecimals(position?.symbol);
  const confirm = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (move) confirm.current?.focus();
  }, [move]);
  const asked = move?.level === 'stop' ? { positionId: move.positionId, price: move.to.toFixed(decimals) } : undefined;
  const risk = useQuery({
    queryKey: ['stop', asked, position?.last, position?.quantity],
    queryFn: () => client.ask({ ask: 'stop', positionId: asked?.positionId ?? '', price: asked?.price ?? '' }),
    enabled: asked !== undefined && position !== undefined,
  });
  if (!move || !position) return null;
  const { level, to, loosens, positionId } = move;
  const send = (): void => {
    cancel();
    const text = to.toFixed(decimals);
    command(
      level === 'stop'
        ? { type: 'MoveStop', positionId, price: text, loosen: loosens }
        : { type: 'MoveTarget', positionId, price: text },
    );
  };
  return (
    <div className={css.bar} role="alertdialog" aria-label={`Move the ${level}`}>
      <p>
        Move the {level} of {position.symbol} from{' '}
        <b>{price(level === 'stop' ? position.stop : position.target, decimals) || 'none'}</b> to{' '}
        <b data-tone={level}>{priceOf(to, decimals)}</b>?{' '}
        {risk.data ? (
          <>
            If stopped: {signedMoney(negated(risk.data.before.openRisk))} →{' '}
            <b>{signedMoney(negated(risk.data.after.openRisk))}</b>.{' '}
          </>
        ) : null}
        {loosens ? <b data-tone="down">This loosens the stop: more is lost if it fills.</b> : null}
      </p>
      <button
        ref={confirm}
        type="button"
        data-primary={loosens ? undefined : true}
        data-danger={loosens || undefined}
        onClick={send}
        onKeyDown={onKey}
      >
        {loosens ? 'Loosen the stop' : `Move the ${level}`} <kbd>Enter</kbd>
      </button>
      <button type="button" onClick={cancel} onKeyDown={onKey}>
        Cancel <kbd>Esc</kbd>
      </button>
    </div>
  );
}
