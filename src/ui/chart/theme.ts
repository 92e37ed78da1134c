/** The page's tokens as the chart needs them: resolved colours ("rgb(…)") and the font. Read once a theme, so CSS stays the one truth. */
export interface Theme {
  dark: boolean;
  bg: string;
  panel: string;
  raised: string;
  line: string;
  text: string;
  muted: string;
  faint: string;
  up: string;
  down: string;
  waits: string;
  stop: string;
  target: string;
  average: string;
  focus: string;
  tranches: string[];
  branches: string[];
  font: string;
}

export function readTheme(element: HTMLElement, mode: 'dark' | 'light'): Theme {
  // a custom property may hold light-dark() or var(): only a used colour is resolved, so a probe wears each one in turn
  const probe = document.createElement('span');
  probe.hidden = true;
  element.append(probe);
  const style = getComputedStyle(probe);
  const read = (token: string): string => {
    probe.style.color = `var(--${token})`;
    return style.color;
  };
  const theme: Theme = {
    dark: mode === 'dark',
    bg: read('bg'),
    panel: read('panel'),
    raised: read('raised'),
    line: read('line'),
    text: read('text'),
    muted: read('muted'),
    faint: read('faint'),
    up: read('up'),
    down: read('down'),
    waits: read('waits'),
    stop: read('stop'),
    target: read('target'),
    average: read('average'),
    focus: read('focus'),
    tranches: ['tranche-1', 'tranche-2', 'tranche-3', 'tranche-4'].map(read),
    branches: ['branch-1', 'branch-2', 'branch-3', 'branch-4'].map(read),
    font: getComputedStyle(element).fontFamily,
  };
  probe.remove();
  return theme;
}

function channels(color: string): [number, number, number] {
  const numbers = color.match(/[\d.]+/g)?.map(Number) ?? [];
  // color(srgb r g b) counts from 0 to 1
  const scale = color.startsWith('color(') ? 255 : 1;
  return [(numbers[0] ?? 0) * scale, (numbers[1] ?? 0) * scale, (numbers[2] ?? 0) * scale];
}

/** The colour with an opacity of 0..1. */
export function fade(color: string, opacity: number): string {
  const [r, g, b] = channels(color);
  return `rgba(${Math.round(r)}, ${Math.round(g)}, ${Math.round(b)}, ${opacity})`;
}

/** Relative luminance 0..1. @source WCAG 2.2 */
function luminance(color: string): number {
  const [r, g, b] = channels(color).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

const contrast = (a: number, b: number): number => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

/** White or near-black, whichever reads better on the fill. */
export function inkOn(fill: string): string {
  const ground = luminance(fill);
  return contrast(ground, 1) >= contrast(ground, 0.01) ? '#ffffff' : '#11161d';
}

/** Widths of texts, measured once each. */
export class Ruler {
  private readonly widths = new Map<string, number>();
  private readonly pen = document.createElement('canvas').getContext('2d');

  /** @param font as in CSS @returns pixels */
  measure(text: string, font: string): number {
    const key = `${font}/${text}`;
    let width = this.widths.get(key);
    if (width === undefined) {
      if (this.pen) this.pen.font = font;
      width = this.pen?.measureText(text).width ?? text.length * 7;
      // labels carry changing figures: without a bound the cache would grow all day
      if (this.widths.size > 2000) this.widths.clear();
      this.widths.set(key, width);
    }
    return width;
  }
}
