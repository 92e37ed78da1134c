import type { Drag } from './scene.ts';

/** What dragging a level needs of the chart; coordinates are pixels of the canvas. */
interface DragHost {
  grab(x: number, y: number): Omit<Drag, 'loosens'> | null;
  priceAt(y: number): number | null;
  /** least price step */
  tick(): number;
  loosens(drag: Omit<Drag, 'loosens'>): boolean;
  /** keeps the chart from scrolling while a level is held */
  hold(on: boolean): void;
  moved(): void;
  dropped(drag: Drag): void;
}

/** Lets the pointer take a stop or target and put it down elsewhere. Escape puts it back. */
export class LevelDrag {
  private readonly canvas: HTMLElement;
  private readonly host: DragHost;
  private readonly control = new AbortController();
  private from: Omit<Drag, 'loosens'> | null = null;
  /** the level as it is held now; null while nothing was moved */
  current: Drag | null = null;
  /** true while the pointer is down on the chart, whatever it does */
  pressed = false;

  constructor(root: HTMLElement, canvas: HTMLElement, host: DragHost) {
    this.canvas = canvas;
    this.host = host;
    const { signal } = this.control;
    canvas.addEventListener('pointerdown', (event) => this.down(event), { capture: true, signal });
    root.addEventListener('pointermove', (event) => this.move(event), { capture: true, signal });
    window.addEventListener('keydown', (event) => this.key(event), { capture: true, signal });
    window.addEventListener('pointerup', (event) => this.up(event), { capture: true, signal });
    window.addEventListener('pointercancel', () => this.release(null), { signal });
  }

  destroy(): void {
    this.control.abort();
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !this.from) return;
    // Escape means the level alone
    event.stopPropagation();
    this.release(null);
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.pressed = true;
    const box = this.canvas.getBoundingClientRect();
    this.from = this.host.grab(event.clientX - box.left, event.clientY - box.top);
    if (!this.from) return;
    this.host.hold(true);
    this.canvas.setPointerCapture(event.pointerId);
    this.canvas.style.cursor = 'ns-resize';
  }

  private move(event: PointerEvent): void {
    if (!this.from) return;
    const price = this.host.priceAt(event.clientY - this.canvas.getBoundingClientRect().top);
    if (price === null) return;
    const tick = this.host.tick();
    const drag = { ...this.from, price: Number((Math.round(price / tick) * tick).toFixed(12)) };
    if (drag.price === (this.current ?? this.from).price || drag.price <= 0) return;
    this.current = { ...drag, loosens: this.host.loosens(drag) };
    this.host.moved();
  }

  private up(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.pressed = false;
    if (this.from) this.release(this.current);
  }

  private release(drop: Drag | null): void {
    const { from } = this;
    this.pressed = false;
    this.from = null;
    this.current = null;
    if (!from) return;
    this.canvas.style.cursor = '';
    this.host.hold(false);
    this.host.moved();
    if (drop && drop.price !== from.price) this.host.dropped(drop);
  }
}
