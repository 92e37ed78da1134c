import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { Size } from './picture.ts';

/** The room that an element has, in whole pixels; null before it is laid out. */
export function useSize<E extends Element>(): { ref: RefObject<E | null>; size: Size | null } {
  const ref = useRef<E>(null);
  const [size, setSize] = useState<Size | null>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = (): void => {
      const [width, height] = [Math.floor(element.clientWidth), Math.floor(element.clientHeight)];
      setSize((before) => (before?.width === width && before.height === height ? before : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, size };
}
