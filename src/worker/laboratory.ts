import type { FromLab, ToLab } from './lab-protocol.ts';
import type { StudyAnswer, StudyInput, StudyName, Tell } from '../study/index.ts';

/** Does a study. Once `signal` is aborted nothing more comes of it. @throws Error in the study's words, or the signal's reason */
export type Laboratory = <K extends StudyName>(
  name: K,
  input: StudyInput<K>,
  tell: Tell,
  signal: AbortSignal,
) => Promise<StudyAnswer<K>>;

/** Each study in a worker of its own, which ends with it. It may be called on the page and in a worker alike. */
export const laboratory: Laboratory = <K extends StudyName>(name: K, input: StudyInput<K>, tell: Tell, signal: AbortSignal) => {
  if (signal.aborted) return Promise.reject(signal.reason);
  const worker = new Worker(new URL('./lab.ts', import.meta.url), { type: 'module', name });
  const done = new Promise<StudyAnswer<K>>((resolve, reject) => {
    worker.addEventListener('error', ({ message }) =>
      reject(new Error(`the study has stopped${message ? ` (${message})` : ''}`)),
    );
    worker.addEventListener('messageerror', () => reject(new Error('the study sent what cannot be read')));
    worker.addEventListener('message', ({ data }: MessageEvent<FromLab>) => {
      if (data.type === 'part') tell(data.share, data.part);
      else if (data.type === 'done') resolve(data.answer as StudyAnswer<K>);
      else reject(Object.assign(new Error(data.message), { name: data.name }));
    });
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.postMessage({ name, input } satisfies ToLab, []);
  });
  return done.finally(() => worker.terminate());
};
