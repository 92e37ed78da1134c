import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';
import css from './Dialog.module.css';

/** A dialog over the page: focus stays inside, Esc and a click beside it close it. */
export function Dialog(props: {
  title: string;
  open: boolean;
  onClose: () => void;
  wide?: boolean;
  hideTitle?: boolean;
  /** what has the focus first; focus taken in an effect instead would not find its way back when the dialog closes */
  initialFocus?: RefObject<HTMLElement | null>;
  children: ReactNode;
}): ReactNode {
  return (
    <Base.Root open={props.open} onOpenChange={(open) => (open ? undefined : props.onClose())}>
      <Base.Portal>
        <Base.Backdrop className={css.backdrop} />
        <Base.Popup
          className={css.popup}
          data-wide={props.wide || undefined}
          {...(props.initialFocus ? { initialFocus: props.initialFocus } : {})}
        >
          <Base.Title className={props.hideTitle ? 'unseen' : css.title}>{props.title}</Base.Title>
          {props.children}
          <Base.Close className={props.hideTitle ? 'unseen' : css.close} data-quiet aria-label="Close">
            ×
          </Base.Close>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
