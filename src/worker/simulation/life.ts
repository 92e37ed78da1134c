import type { Host } from '../host.ts';
import type { Keeper } from '../keeper.ts';
import type { Session } from '../session.ts';
import type { OnDisk } from './on-disk.ts';
import type { Shown, SimulatedPage } from './page.ts';

/** What a host has to come back to. */
export interface Left {
  /** the session in which something was done last */
  session: OnDisk;
  /** what was shown, where all was quiet at the end */
  shown: Shown | undefined;
  /** faults of the disk before it began */
  faulted: number;
}

/** A host with its pages, from its start to its end. */
export interface Life {
  alive: boolean;
  /** it ends in good order, and nobody asks anything of it */
  ends: boolean;
  host: Host;
  page: SimulatedPage;
  /** pages of other tabs */
  mirrors: Map<string, SimulatedPage>;
  /** messages that are being worked on */
  working: number;
  /** until it has been seen whether it is come back to, or the user has gone on */
  left: Left | undefined;
}

/*
 * What no page sees of a host, to be looked at and left as it is.
 */

export const sessionOf = ({ host }: Life): Session | undefined => host['session'];
export const keeperOf = ({ host }: Life): Keeper | undefined => host['keeper'];
export const isFailing = ({ host }: Life): boolean => host['failing'];
/** Nothing is half done. */
export const isAtRest = ({ host }: Life): boolean => !host['midway'] && !host['failing'];
export const isWalking = ({ host }: Life): boolean => host['transport'].walking;

/** A page of another tab is closed. */
export const leave = ({ host }: Life, tab: string): boolean => host['others'].delete(tab);
