import { studies } from '../study/index.ts';
import type { FromLab, ToLab } from './lab-protocol.ts';

/* The script of the worker that does one study. */

const post = (message: FromLab): void => self.postMessage(message, { transfer: [] });

self.addEventListener('message', ({ data }: MessageEvent<ToLab>) => {
  try {
    const study = studies[data.name] as (input: unknown, tell: (share: number, part?: unknown) => void) => unknown;
    post({ type: 'done', answer: study(data.input, (share, part) => post({ type: 'part', share, part })) });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    post({ type: 'failed', name, message });
  }
});
