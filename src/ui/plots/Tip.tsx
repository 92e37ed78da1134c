import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import css from './Tip.module.css';

const GAP_PX = 10;
const EDGE_PX = 6;

/** Says more of what is pointed at, above it where there is room, and always within the window. */
export function Tip(props: { id: string; at: { x: number; y: number }; children: ReactNode }): ReactNode {
  const { id, at, children } = props;
  const tip = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = tip.current;
    if (!element) return;
    const { width, height } = element.getBoundingClientRect();
    const left = Math.max(EDGE_PX, Math.min(innerWidth - width - EDGE_PX, at.x - width / 2));
    const above = at.y - height - GAP_PX;
    const top = above >= EDGE_PX ? above : Math.min(innerHeight - height - EDGE_PX, at.y + GAP_PX * 2);
    element.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
  });
  return createPortal(
    <div ref={tip} id={id} role="tooltip" className={css.tip}>
      {children}
    </div>,
    document.body,
  );
}
