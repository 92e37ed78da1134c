import { ACTIONS, type Action } from './actions.ts';
import { keyName } from './keys.ts';

const TYPING = 'input:not([type="checkbox"], [type="radio"], [type="range"]), textarea, select, [contenteditable="true"]';
const OVERLAY = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';
const MOVED_BY_ARROWS = '[role="tab"], [role="separator"], input[type="radio"], input[type="range"]';
const PRESSED_BY_SPACE = 'button, a, summary, input[type="checkbox"], input[type="radio"]';

const byKey = new Map(ACTIONS.flatMap((action) => (action.keys ?? []).map((key): [string, Action] => [key, action])));

/** Whether the element that has the focus needs the key itself. A button that was clicked does not keep Space from playing. */
function keeps(target: Element, name: string, byPointer: boolean): boolean {
  if (target.closest(TYPING) || target.closest(OVERLAY)) return true;
  if (target.closest(MOVED_BY_ARROWS) && /Arrow|Home|End/.test(name)) return true;
  return name === ' ' && !byPointer && target.closest(PRESSED_BY_SPACE) !== null;
}

function actionFor(event: KeyboardEvent, byPointer: boolean): Action | undefined {
  if (event.defaultPrevented || event.isComposing || event.altKey) return undefined;
  const name = keyName(event);
  const action = byKey.get(name);
  if (!action || (event.repeat && !action.repeats)) return undefined;
  if (name.startsWith('Mod+')) return action;
  if (document.querySelector('[role="dialog"]')) return undefined;
  return event.target instanceof Element && keeps(event.target, name, byPointer) ? undefined : action;
}

/** Makes the keys of all actions work anywhere on the page. @returns what undoes it */
export function listenToKeys(): () => void {
  let byPointer = false;
  const onPointer = (): void => {
    byPointer = true;
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Tab') byPointer = false;
    const action = actionFor(event, byPointer);
    if (!action) return;
    event.preventDefault();
    action.run();
  };
  // A list chosen from with the pointer gives the keys back at once.
  const onChange = (event: Event): void => {
    if (byPointer && event.target instanceof HTMLSelectElement && !event.target.closest(OVERLAY)) event.target.blur();
  };
  // So do a tab and the scrubber, whose arrows would otherwise move them instead of the replay.
  const onClick = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target.closest('[role="tab"], input[type="range"]') : null;
    if (event.detail > 0 && target instanceof HTMLElement) target.blur();
  };
  document.addEventListener('pointerdown', onPointer, true);
  document.addEventListener('click', onClick);
  document.addEventListener('keydown', onKey);
  document.addEventListener('change', onChange);
  return () => {
    document.removeEventListener('pointerdown', onPointer, true);
    document.removeEventListener('click', onClick);
    document.removeEventListener('keydown', onKey);
    document.removeEventListener('change', onChange);
  };
}
