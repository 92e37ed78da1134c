import { type KeyboardEvent, type ReactNode, useId, useMemo, useRef, useState } from 'react';
import type { Mark, Picture, Size, Spot } from './picture.ts';
import css from './PictureView.module.css';
import { roved } from './roving.ts';
import { Tip } from './Tip.tsx';
import { useSize } from './useSize.ts';

interface PictureProps {
  label: string;
  /** made anew for each size; keep its identity while its data stay */
  draw: (size: Size) => Picture;
  /** said where nothing can be drawn */
  empty: string;
  onOpen: (spot: Spot) => void;
}

/** A plot that fills its place. Its points are one tab stop: arrows go from one to the next, Enter opens, and each says what it is. */
export function PictureView(props: PictureProps): ReactNode {
  const { ref, size } = useSize<HTMLDivElement>();
  return (
    <div ref={ref} className={css.place}>
      {size && size.width > 0 && size.height > 0 ? <Drawn {...props} size={size} /> : null}
    </div>
  );
}

function Drawn({ label, draw, empty, onOpen, size }: PictureProps & { size: Size }): ReactNode {
  const picture = useMemo(() => draw(size), [draw, size]);
  const [at, setAt] = useState(0);
  const [shown, setShown] = useState<{ id: string; x: number; y: number } | null>(null);
  const svg = useRef<SVGSVGElement>(null);
  const tipId = useId();
  const { spots } = picture;
  if (spots.length === 0) return <p className={css.empty}>{empty}</p>;
  const current = Math.min(at, spots.length - 1);
  const show = (spot: Spot): void => {
    const corner = svg.current?.getBoundingClientRect();
    if (corner) setShown({ id: spot.id, x: corner.left + spot.x, y: corner.top + spot.y });
  };
  const onKey = (event: KeyboardEvent): void => {
    const spot = spots[current];
    if (!spot || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = roved(event.key, current, spots.length);
    if (next !== null) {
      setAt(next);
      const element = svg.current?.querySelectorAll<SVGGElement>('[data-spot]')[next];
      element?.focus();
    } else if (event.key === 'Enter' || event.key === ' ') onOpen(spot);
    else if (event.key === 'Escape' && shown) setShown(null);
    else return;
    event.preventDefault();
  };
  const tipped = shown === null ? undefined : spots.find(({ id }) => id === shown.id);
  return (
    <>
      <svg ref={svg} className={css.picture} width={size.width} height={size.height} role="group" aria-label={label}>
        <g aria-hidden>
          {picture.marks.map((mark) => (
            <Drawing key={keyOf(mark)} mark={mark} />
          ))}
        </g>
        {spots.map((spot, index) => (
          <g
            key={spot.id}
            data-spot={spot.id}
            role="button"
            tabIndex={index === current ? 0 : -1}
            aria-label={spot.lines.join('. ')}
            aria-describedby={shown?.id === spot.id ? tipId : undefined}
            className={css.spot}
            onPointerEnter={() => show(spot)}
            onPointerLeave={() => setShown(null)}
            onFocus={() => {
              setAt(index);
              show(spot);
            }}
            onBlur={() => setShown(null)}
            onKeyDown={onKey}
            onClick={() => onOpen(spot)}
          >
            <Drawing mark={spot.mark} />
          </g>
        ))}
      </svg>
      {shown && tipped ? (
        <Tip id={tipId} at={shown}>
          {tipped.lines.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </Tip>
      ) : null}
    </>
  );
}

/** What tells a mark from the others of its picture: no two of one colour lie at one place. */
const keyOf = (mark: Mark): string => (mark.shape === 'text' ? `${mark.x} ${mark.y} ${mark.text}` : `${mark.ink} ${mark.d}`);

function Drawing({ mark }: { mark: Mark }): ReactNode {
  const colour = `var(--${mark.ink})`;
  if (mark.shape === 'text')
    return (
      <text x={mark.x} y={mark.y} fill={colour} textAnchor={mark.anchor}>
        {mark.text}
      </text>
    );
  return (
    <path
      d={mark.d}
      fill={mark.filled ? colour : 'none'}
      stroke={mark.filled ? 'none' : colour}
      strokeDasharray={mark.dashed ? '4 4' : undefined}
      opacity={mark.opacity}
    />
  );
}
