import { isAfter, type TapePosition } from '../domain/tape.ts';
import type { JournalRecord } from '../domain/events.ts';
import type { KeptSession, Store } from '../journal/store.ts';
import { apart, type BranchWalked } from '../study/branch.ts';
import type { Case } from '../study/case.ts';
import { firstDecision } from './fork.ts';
import { keptCase } from './kept.ts';
import type { BranchDrawing, BranchView } from './protocol.ts';
import { caseOf, type Session } from './session.ts';

/** Walks a case; what was walked before with the same key need not be walked again. */
export type WalkBranch = (input: { one: Case; places: TapePosition[] }, tell: (share: number) => void) => Promise<BranchWalked>;

/** A session of the family as it is read: its case, its journal, and where it left its parent. */
interface Member {
  session: KeptSession;
  one: Case;
  /** where it stands, or its last record, if that is further on */
  end: TapePosition;
  journal: JournalRecord[];
}

/** Sessions of which the figures are remembered, the latest used. */
const REMEMBERED = 64;

/** The open session among those that it shares records with. */
interface Open {
  session: Session;
  id: string;
}

/** Root, ancestors, siblings and descendants of a session, each after its parent, in the order of their beginning. */
function familyOf(sessions: readonly KeptSession[], id: string): KeptSession[] {
  const byId = new Map(sessions.map((session) => [session.id, session]));
  let root = byId.get(id);
  for (let above = root?.parent && byId.get(root.parent.session); above; above = above.parent && byId.get(above.parent.session))
    root = above;
  const under = (session: KeptSession): KeptSession[] => [
    session,
    ...sessions
      .filter(({ parent }) => parent?.session === session.id)
      .toSorted((a, b) => (a.parent?.seq ?? 0) - (b.parent?.seq ?? 0) || a.created - b.created)
      .flatMap(under),
  ];
  return root ? under(root) : [];
}

const earlier = (a: TapePosition, b: TapePosition): TapePosition => (isAfter(a, b) ? b : a);

/** The branches of what is kept: read, walked and compared. What has been walked is remembered by its records. */
export class Families {
  private readonly read = new Map<string, Promise<Member>>();
  private readonly walked = new Map<string, Promise<BranchWalked>>();

  /**
   * The family of the session that is open, with what each has come to.
   * @param onPart is told how much is done, 0..1, with what is known so far
   * @throws StoreError where the library cannot be read; a member that cannot be carries its fault
   */
  async views(
    store: Store,
    open: Open,
    walk: WalkBranch,
    onPart: (share: number, part: BranchView[]) => void,
  ): Promise<BranchView[]> {
    const family = familyOf((await store.library()).sessions, open.id);
    const members = new Map<string, Member>();
    const views = family.map((session) => emptyView(session, open));
    for (const [at, session] of family.entries()) {
      const view = views[at];
      if (!view) continue;
      try {
        const member = await this.member(store, open, session);
        members.set(session.id, member);
        describe(view, member, members.get(session.parent?.session ?? ''));
      } catch (error) {
        view.fault = error instanceof Error ? error.message : String(error);
      }
    }
    const share = (done: number): void => onPart(done / family.length, structuredClone(views));
    share(0);
    const walks = new Map<string, BranchWalked>();
    for (const [at, { id, parent }] of family.entries()) {
      const [member, view] = [members.get(id), views[at]];
      if (!member || !view) continue;
      try {
        const own = await this.walkOf(member, members, walk, (part) =>
          onPart((at + part) / family.length, structuredClone(views)),
        );
        walks.set(id, own);
        view.end = own.end;
        const above = parent && members.get(parent.session);
        const other = parent && walks.get(parent.session);
        if (above && other) {
          const meets = placesOf(members, id).findIndex((place) => same(place, earlier(member.end, above.end)));
          const theirs = placesOf(members, above.session.id).findIndex((place) => same(place, earlier(member.end, above.end)));
          const [one, two] = [own.at[meets], other.at[theirs]];
          if (one && two) view.apart = { ts: one.ts, ...apart(one, two), atEnd: same(member.end, above.end) };
        }
      } catch (error) {
        view.fault = error instanceof Error ? error.message : String(error);
      }
      share(at + 1);
    }
    return views;
  }

  /** Branches as the chart draws them. @throws RangeError where one is not of the family */
  async drawings(store: Store, open: Open, ids: readonly string[], symbol: string, walk: WalkBranch): Promise<BranchDrawing[]> {
    const family = familyOf((await store.library()).sessions, open.id);
    const members = new Map<string, Member>();
    for (const session of family) {
      const member = await this.member(store, open, session).catch(() => undefined);
      if (member) members.set(session.id, member);
    }
    const drawings: BranchDrawing[] = [];
    for (const id of ids) {
      const member = members.get(id);
      if (!member) throw new RangeError(`session ${id} is no branch of this one`);
      const { drawn, equity, end } = await this.walkOf(member, members, walk, () => undefined);
      const { name, parent } = member.session;
      const leftTs = parent ? (member.journal[parent.seq - 1]?.ts ?? null) : null;
      drawings.push({ id, name, leftTs, endTs: end.ts, positions: drawn[symbol] ?? [], equity });
    }
    return drawings;
  }

  private async member(store: Store, { session: own, id }: Open, session: KeptSession): Promise<Member> {
    if (session.id === id) {
      const one = caseOf(own);
      return { session, one, end: own.place, journal: [...own.journal] };
    }
    const key = `${session.id}:${session.records}:${session.place?.row ?? ''}:${session.place?.point ?? ''}`;
    const found = await remembered(this.read, key, async () => {
      const { one, kept } = await keptCase(store, session.id, (digest) =>
        own.files.sources.find(({ tape }) => tape.digest === digest),
      );
      const journal = kept.lines.map((line) => JSON.parse(line) as JournalRecord);
      return { session, one, end: one.place ?? { row: 0, point: 0 }, journal };
    });
    return { ...found, session };
  }

  /** Walks a member past every place at which it is compared. */
  private walkOf(
    member: Member,
    members: ReadonlyMap<string, Member>,
    walk: WalkBranch,
    tell: (share: number) => void,
  ): Promise<BranchWalked> {
    const { session, one, end, journal } = member;
    const places = placesOf(members, session.id);
    const key = JSON.stringify([session.id, journal.length, end, places]);
    return remembered(this.walked, key, () => walk({ one: { ...one, place: end }, places }, tell));
  }
}

/** Places at which a member is compared with its parent and its children, in their order, each once. */
function placesOf(members: ReadonlyMap<string, Member>, id: string): TapePosition[] {
  const own = members.get(id);
  const relatives = [...members.values()].filter(
    ({ session }) => session.parent?.session === id || session.id === own?.session.parent?.session,
  );
  const places = own ? relatives.map(({ end }) => earlier(own.end, end)) : [];
  return places
    .toSorted((a, b) => (isAfter(a, b) ? 1 : isAfter(b, a) ? -1 : 0))
    .filter((place, at, all) => at === 0 || !same(place, all[at - 1] ?? place));
}

const same = (a: TapePosition, b: TapePosition): boolean => a.row === b.row && a.point === b.point;

/** What a key stands for, made once; what could not be made is made again when it is asked for again. */
function remembered<T>(all: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = all.get(key) ?? make();
  all.delete(key);
  all.set(key, found);
  found.catch(() => all.delete(key));
  for (const oldest of all.keys()) {
    if (all.size <= REMEMBERED) break;
    all.delete(oldest);
  }
  return found;
}

const emptyView = ({ id, name, parent, policy, records }: KeptSession, open: Open): BranchView => ({
  id,
  name,
  parent: parent?.session ?? null,
  open: id === open.id,
  policy,
  records: id === open.id ? open.session.journal.length : records,
  leftTs: null,
  otherwise: '',
  instead: '',
  end: null,
  apart: null,
  fault: '',
});

/** Says where a member left its parent, and what either decided there. */
function describe(view: BranchView, { session, journal }: Member, above: Member | undefined): void {
  const { parent } = session;
  if (!parent) return;
  const own = firstDecision(journal, parent.seq);
  const theirs = above && firstDecision(above.journal, parent.seq);
  const left = own?.record ?? journal[parent.seq - 1];
  view.leftTs = left?.ts ?? null;
  view.otherwise = own?.words ?? '';
  view.instead = theirs?.words ?? '';
}
