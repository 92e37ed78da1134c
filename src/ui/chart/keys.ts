import type { Viewport } from './viewport.ts';

const MOVES: Readonly<Record<string, (view: Viewport, step: number) => void>> = {
  ArrowLeft: (view, step) => view.pan(-step),
  ArrowRight: (view, step) => view.pan(step),
  '+': (view) => view.zoom(0.8),
  '=': (view) => view.zoom(0.8),
  '-': (view) => view.zoom(1.25),
  '−': (view) => view.zoom(1.25),
  Home: (view) => view.toStart(),
  End: (view) => view.toNow(),
};

/** Makes an element focusable, and its keys move the view: arrows pan (more with Shift), plus and minus zoom, Home and End jump. */
export function listenToKeys(element: HTMLElement, steer: (move: (view: Viewport) => void) => void, signal: AbortSignal): void {
  element.tabIndex = 0;
  element.addEventListener(
    'keydown',
    (event) => {
      const move = MOVES[event.key];
      if (!move || event.ctrlKey || event.metaKey || event.altKey || event.target !== element) return;
      // a click into the chart does not take the arrows from the replay
      if (!element.matches(':focus-visible')) return;
      steer((view) => move(view, event.shiftKey ? 0.5 : 0.1));
      event.preventDefault();
      event.stopPropagation();
    },
    { signal },
  );
}
