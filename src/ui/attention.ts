import { choose } from './choices.ts';
import { asksUser } from './queue.ts';
import { usePage } from './store.ts';

/*
 * Calls the user when a proposal waits: always in the page's title and by bringing the queue to the front, and while the page is hidden with a short sound, and with a
 * notification where that was permitted.
 */

let audio: AudioContext | undefined;
const wakeAudio = (): void => {
  audio ??= new AudioContext();
};

/** True while something is being typed, which is not to be taken away from under the hands. */
const typing = (): boolean => document.activeElement?.matches('input:not([type=range]), textarea, [contenteditable]') === true;

/** Two short tones, a fifth apart. */
function chime(): void {
  if (!audio) return;
  const start = audio.currentTime;
  for (const [at, frequency] of [
    [0, 660],
    [0.14, 990],
  ] as const) {
    const tone = new OscillatorNode(audio, { frequency });
    const gain = new GainNode(audio, { gain: 0 });
    gain.gain.setValueAtTime(0.12, start + at);
    gain.gain.exponentialRampToValueAtTime(0.001, start + at + 0.25);
    tone.connect(gain).connect(audio.destination);
    tone.start(start + at);
    tone.stop(start + at + 0.25);
  }
}

function notify(title: string): void {
  if ('Notification' in window && Notification.permission === 'granted')
    new Notification('Ratchet: waits for you', { body: title, tag: 'ratchet' });
}

/** Starts calling. Browsers let a page make sound after a first gesture only. @returns what ends it */
export function callForAttention(): () => void {
  let known = new Set<string>();
  const stop = usePage.subscribe((page, before) => {
    if (page.proposals === before.proposals && page.clock === before.clock) return;
    const asking = page.proposals.filter((proposal) => asksUser(proposal, page.clock?.ts ?? null));
    const title = asking.length > 0 ? `(${asking.length}) Ratchet` : 'Ratchet';
    if (document.title !== title) document.title = title;
    const first = asking.find(({ id }) => !known.has(id));
    known = new Set(asking.map(({ id }) => id));
    if (!first) return;
    if (!typing()) choose({ sideTab: 'approvals' });
    if (!document.hidden) return;
    chime();
    notify(first.title);
  });
  for (const type of ['pointerdown', 'keydown']) addEventListener(type, wakeAudio, { once: true });
  return () => {
    stop();
    for (const type of ['pointerdown', 'keydown']) removeEventListener(type, wakeAudio);
  };
}
