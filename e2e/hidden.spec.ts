import { type Browser, chromium } from '@playwright/test';
import { expect, test } from './support.ts';

/** What makes Chromium treat a hidden tab as a shown one; taken out, so that hidden is hidden. */
const FLATTERY = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** Playwright keeps every page that it drives in the foreground, so this tab is driven by the browser's own protocol. */
interface Tab {
  evaluate(expression: string): Promise<unknown>;
  key(key: string, code: string, text?: string): Promise<void>;
  /** puts another tab before it */
  hide(): Promise<void>;
  show(): Promise<void>;
}

async function openTab(browser: Browser, url: string): Promise<Tab> {
  const devtools = await browser.newBrowserCDPSession();
  const { browserContextId } = await devtools.send('Target.createBrowserContext');
  const { targetId } = await devtools.send('Target.createTarget', { url: 'about:blank', browserContextId });
  const { sessionId } = await devtools.send('Target.attachToTarget', { targetId, flatten: false });
  const answers = new Map<number, (answer: { result?: unknown; error?: unknown }) => void>();
  let last = 0;
  devtools.on('Target.receivedMessageFromTarget', ({ message }) => {
    const answer = JSON.parse(message) as { id?: number; result?: unknown; error?: unknown };
    if (answer.id !== undefined) answers.get(answer.id)?.(answer);
  });
  const send = (method: string, params: object): Promise<unknown> => {
    last += 1;
    const id = last;
    return new Promise((resolve, reject) => {
      answers.set(id, ({ result, error }) => (error === undefined ? resolve(result) : reject(new Error(JSON.stringify(error)))));
      devtools.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) }).catch(reject);
    });
  };
  await send('Page.navigate', { url });
  return {
    evaluate: async (expression) => {
      const { result } = (await send('Runtime.evaluate', { expression, awaitPromise: true })) as { result: { value: unknown } };
      return result.value;
    },
    key: async (key, code, text) => {
      await send('Input.dispatchKeyEvent', { type: 'keyDown', key, code, ...(text === undefined ? {} : { text }) });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', key, code });
    },
    hide: async () => {
      const other = await devtools.send('Target.createTarget', { url: 'about:blank', browserContextId });
      await devtools.send('Target.activateTarget', { targetId: other.targetId });
    },
    show: () => devtools.send('Target.activateTarget', { targetId }).then(() => undefined),
  };
}

const ROW = `Number(document.querySelector('[aria-label="Place on the tape"]').value)`;

test('[F8] a replay in a hidden tab goes on, and the tab shows where it is when it comes back', async ({
  baseURL,
  launchOptions,
}) => {
  const browser = await chromium.launch({ ...launchOptions, ignoreDefaultArgs: FLATTERY });
  try {
    const tab = await openTab(browser, baseURL ?? '');
    await expect
      .poll(() => tab.evaluate(`document.querySelector('[data-ready="true"]') !== null`), { timeout: 20_000 })
      .toBe(true);
    const start = Number(await tab.evaluate(ROW));
    await tab.key(' ', 'Space', ' ');
    await expect.poll(() => tab.evaluate(ROW)).toBeGreaterThan(start);
    await tab.hide();
    await expect.poll(() => tab.evaluate('document.visibilityState')).toBe('hidden');
    const hidden = Number(await tab.evaluate(ROW));
    await expect.poll(() => tab.evaluate(ROW), { timeout: 15_000 }).toBeGreaterThan(hidden + 3);
    await tab.show();
    await expect.poll(() => tab.evaluate('document.visibilityState')).toBe('visible');
    const shown = Number(await tab.evaluate(ROW));
    await expect.poll(() => tab.evaluate(ROW)).toBeGreaterThan(shown);
    expect(await tab.evaluate(`document.querySelector('[role="alert"]') === null`)).toBe(true);
  } finally {
    await browser.close();
  }
});
