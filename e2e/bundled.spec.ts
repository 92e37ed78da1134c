import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import type { Page } from '@playwright/test';
import {
  ENTRY,
  act,
  button,
  built,
  decide,
  enter,
  eventsOf,
  expect,
  expectSameHeadless,
  exportSession,
  nextProposal,
  openApp,
  place,
  positions,
  rowsDone,
  seek,
  test,
  waiting,
} from './support.ts';

/** How many colours the chart's canvases hold: an empty one has one or two. */
const coloursOfChart = (page: Page): Promise<number> =>
  page.locator('fieldset[aria-label^="Chart of"] canvas').evaluateAll((canvases) => {
    const colours = new Set<number>();
    for (const canvas of canvases) {
      if (!(canvas instanceof HTMLCanvasElement) || canvas.width === 0 || canvas.height === 0) continue;
      const image = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height);
      for (const pixel of new Uint32Array(image?.data.buffer ?? new ArrayBuffer(0))) colours.add(pixel);
    }
    return colours.size;
  });

test('a first visit opens the bundled session by itself, says that it is synthetic and paints its chart', async ({ page }) => {
  await openApp(page);
  await expect(page.getByRole('banner')).toContainText('SYNTHETIC');
  await expect(page.getByRole('banner')).toContainText('DEMO');
  await expect(page.getByRole('group', { name: /^Chart of DEMO/ })).toHaveAccessibleDescription('No open position.');
  await expect.poll(() => coloursOfChart(page)).toBeGreaterThan(20);
  expect(await rowsDone(page)).toBeGreaterThan(0);
});

test('a position of the bundled session is bought, managed and closed, and the headless replay gives the same bytes', async ({
  page,
}) => {
  await openApp(page);
  await seek(page, ENTRY.row);
  await enter(page, { stop: ENTRY.stop });
  for (let decided = 0; decided < 20 && (await nextProposal(page)); decided += 1) {
    await decide(page, 'a');
    await expect(waiting(page)).toHaveCount(0);
  }
  await expect(positions(page).getByRole('row', { name: /long\s+Closed/ })).toBeVisible();
  const exported = await exportSession(page);
  expect(eventsOf(exported, 'PositionClosed')).toHaveLength(1);
  expect(eventsOf(exported, 'ProposalApproved').filter(({ by }) => by === 'user').length).toBeGreaterThan(1);
  expect(eventsOf(exported, 'SessionStarted')[0]?.tapes[0]?.synthetic).toBe(true);
  expectSameHeadless('bundled', exported);
});

test('a reload in the middle of a session comes back to where it was', async ({ page }) => {
  await openApp(page);
  const start = await rowsDone(page);
  await enter(page, {});
  await act(page, 'Speed: 300×');
  for (let bars = 0; bars < 5; bars += 1) await page.keyboard.press('ArrowRight');
  await expect.poll(() => rowsDone(page)).toBe(start + 5);
  const there = await rowsDone(page);
  const rows = await positions(page).getByRole('row').allInnerTexts();
  await page.reload();
  await page.locator('[data-ready="true"]').waitFor();
  await expect(page.getByRole('banner')).toContainText('SYNTHETIC');
  expect(await rowsDone(page)).toBe(there);
  expect(await positions(page).getByRole('row').allInnerTexts()).toEqual(rows);
  await expect(page.getByRole('combobox', { name: 'Speed' })).toHaveValue('300');
  await expect(button(page, 'Play')).toBeEnabled();
});

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

test('the built app works from any folder of a server', async ({ page }) => {
  const base = '/some/base/';
  const outside: string[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://here').pathname;
    if (!path.startsWith(base)) outside.push(path);
    const file = path === base ? 'index.html' : path.slice(base.length);
    readFile(join(built, file)).then(
      (bytes) => response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await openApp(page, `http://127.0.0.1:${port}${base}`);
    const before = await rowsDone(page);
    await page.keyboard.press('ArrowRight');
    await expect(place(page)).toHaveValue(String(before + 1));
    expect(outside).toEqual([]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
