import { Component, type ReactNode } from 'react';
import { Empty } from './parts.tsx';
import { addFault, usePage } from './store.ts';

interface Props {
  /** what is shown inside, for the message */
  what: string;
  children: ReactNode;
}

/** Keeps a panel that cannot be drawn from taking the others with it. */
export class Boundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(error: unknown): void {
    report(`${this.props.what} could not be drawn`, error);
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Empty>
        <p>{this.props.what} could not be drawn.</p>
        <button type="button" onClick={() => this.setState({ failed: false })}>
          Try again
        </button>
      </Empty>
    );
  }
}

function report(message: string, error: unknown): void {
  const detail = error instanceof Error ? error.message : String(error);
  usePage.setState((page) => addFault(page, { type: 'fault', fatal: false, message, detail }));
}

/** Shows what goes wrong on the page outside of any panel. @returns what ends it */
export function reportPageErrors(): () => void {
  const onError = (event: ErrorEvent): void => report('Something on the page went wrong', event.error ?? event.message);
  const onRejection = (event: PromiseRejectionEvent): void => report('Something on the page went wrong', event.reason);
  addEventListener('error', onError);
  addEventListener('unhandledrejection', onRejection);
  return () => {
    removeEventListener('error', onError);
    removeEventListener('unhandledrejection', onRejection);
  };
}
