import type { PerformanceTable } from '../projections/performance-tables.ts';
import { readTheme } from './chart/theme.ts';
import { useChoices } from './choices.ts';
import { client } from './engine.ts';
import { stem } from './file-names.ts';
import type { Picture } from './plots/picture.ts';
import { pngOfSvg } from './plots/png.ts';
import { type Palette, svgText } from './plots/svg.ts';
import { save } from './save.ts';
import { usePage } from './store.ts';

/** Size of a picture as a file, in pixels; a PNG has twice as many. */
export const FILE_SIZE = { width: 960, height: 480 } as const;

const sessionName = (): string => {
  const { keeping, session } = usePage.getState();
  return keeping?.name || (session?.title ?? 'session');
};

/** "demo-5-days-equity.svg" */
const fileName = (figure: string, ending: string): string => `${stem(sessionName())}-${figure}.${ending}`;

const palette = (): Palette => readTheme(document.body, 'dark');

/** Hands a picture to the browser's downloads, in the colours of the page. */
export async function savePicture(picture: Picture, figure: string, as: 'png' | 'svg'): Promise<void> {
  const svg = svgText(picture, palette(), sessionName());
  if (as === 'svg') save(fileName(figure, 'svg'), svg, 'image/svg+xml');
  else savePng(figure, await pngOfSvg(svg));
}

export const savePng = (figure: string, bytes: Uint8Array<ArrayBuffer>): void =>
  save(fileName(figure, 'png'), bytes, 'image/png');

/** Hands a table of what is chosen to the browser's downloads. */
export async function saveTable(table: PerformanceTable): Promise<void> {
  const { filter } = useChoices.getState().performance;
  save(fileName(table, 'csv'), await client.ask({ ask: 'performance-csv', filter, table }), 'text/csv');
}

/** Hands the whole session's figures to the browser's downloads, as a monitoring system reads them. */
export async function saveMetrics(): Promise<void> {
  save(fileName('figures', 'openmetrics.txt'), await client.ask({ ask: 'metrics' }), 'application/openmetrics-text');
}

/** Puts the same on the clipboard. @throws Error where the browser does not let it */
export async function copyMetrics(): Promise<void> {
  await navigator.clipboard.writeText(await client.ask({ ask: 'metrics' }));
}
