import type { Command } from '../../domain/commands.ts';
import type { Tape, TapePosition } from '../../domain/tape.ts';
import type { Frame } from '../protocol.ts';
import type { Session } from '../session.ts';
import type { Disk } from './disk.ts';
import { type Figures, noFigures, type Outcome } from './figures.ts';
import { isAtRest, isFailing, keeperOf, leave, type Left, type Life, sessionOf } from './life.ts';
import type { OnDisk } from './on-disk.ts';
import { SimulatedPage } from './page.ts';
import * as promises from './promises.ts';

/** After so long without a fault everything must have been saved. */
const FAIR_MS = 12_000;

/** Looks at everything that happens, and says which promise was broken first. */
export class Judge {
  private readonly disk: Disk;
  private readonly tapes: ReadonlyMap<string, Tape>;
  private readonly tell: (line: string) => void;
  readonly figures: Figures = noFigures();
  /** how often each command was sent */
  readonly sent = new Map<string, number>();
  broken: Outcome['broken'];
  /** where the session stood when nothing was half done */
  private rest: { session: Session; place: TapePosition } | undefined;

  constructor(disk: Disk, tapes: ReadonlyMap<string, Tape>, tell: (line: string) => void) {
    this.disk = disk;
    this.tapes = tapes;
    this.tell = tell;
  }

  breaks(promise: string, why: string | undefined): void {
    if (why === undefined || this.broken) return;
    this.broken = { promise, why };
    this.tell(`BROKEN ${promise}: ${why}`);
  }

  /** A frame has come. */
  frame(life: Life, page: SimulatedPage, frame: Frame): void {
    this.figures.frames += 1;
    this.breaks('frames follow one another', page.wrong);
    const session = sessionOf(life);
    const { state, session: id } = page.keeping ?? {};
    if (!session || !frame.journal || state !== 'kept' || typeof id !== 'string') return;
    this.breaks(
      '[P6] frames show only what is durable',
      promises.framesShowOnlyWhatIsDurable(promises.linesOf(session.journal), this.disk.acknowledged.get(id)),
    );
  }

  /** The host has done with a command. @param told what the page had been told before it was sent */
  taken(life: Life, command: Command, told: number): void {
    const session = sessionOf(life);
    if (!session || !isAtRest(life) || life.page.keeping?.state !== 'kept') return;
    const why = promises.aCommandIsTakenOrThePageIsTold(session, command, life.page.faults.length - told);
    this.breaks('a command is taken, or the page is told why not', why);
  }

  /** The host looks at its clock, as it does at the end of every piece of work. */
  looksAtClock(life: Life): void {
    const session = sessionOf(life);
    if (session && isAtRest(life)) this.rest = { session, place: session.place };
  }

  /** A session is to be come back to at a place. */
  placed(life: Life, id: string, place: TapePosition): void {
    const session = sessionOf(life);
    if (session && keeperOf(life)?.id === id)
      this.breaks('[P6] what is kept is where it stands', promises.whatIsKeptIsWhereItStands(place, session));
  }

  /** It is said that something was not done. */
  undone(life: Life): void {
    const [session, keeper] = [sessionOf(life), keeperOf(life)];
    if (!session || !keeper) return;
    this.figures['changes undone'] += 1;
    const { acknowledged } = this.disk;
    const kept = acknowledged.get(keeper.id) ?? acknowledged.get(keeper.parent ?? '') ?? [];
    this.breaks('[F14] what failed is not done', promises.whatFailedIsNotDone(promises.linesOf(session.journal), kept));
    const before = this.rest?.session === session ? this.rest.place : undefined;
    this.breaks('[F14] it stands where it stood before', promises.itStandsWhereItStoodBefore(session.place, before));
  }

  /** Whatever is being done: while nothing can be saved, nothing may add risk. */
  always(life: Life): void {
    const session = sessionOf(life);
    if (!session || !isFailing(life)) return;
    this.rest = undefined;
    this.breaks(
      '[F14] what adds risk is held while nothing can be saved',
      promises.whatAddsRiskIsHeldWhileNothingCanBeSaved(session),
    );
  }

  /** All is quiet. @param fairFor milliseconds without a fault of the disk */
  quiet({ page }: Life, fairFor: number): void {
    if (page.keeping?.state === 'failing' && fairFor > FAIR_MS)
      this.breaks(
        '[F14] everything is kept once it can be',
        `for ${FAIR_MS / 1000} s nothing was saved: ${page.keeping.message}`,
      );
  }

  /** The host is gone. @param acknowledged what it had been told is kept */
  async gone(acknowledged: ReadonlyMap<string, string[]>): Promise<void> {
    const { disk } = this;
    this.breaks(
      '[P6] what was acknowledged is on the disk, to the letter',
      promises.whatWasAcknowledgedIsOnTheDiskToTheLetter(acknowledged, (id) => disk.session(id)),
    );
    const { sessions } = disk;
    this.breaks('the chain of hashes holds', await promises.everyChainOfHashesHolds(disk.plain(), sessions));
    for (const session of sessions) this.journal(session);
  }

  private journal(session: OnDisk): void {
    this.breaks('records are numbered from 1', promises.recordsAreNumberedFromOne(session));
    this.breaks('[P12] nothing has two outcomes', promises.nothingHasTwoOutcomes(session));
    this.breaks(
      '[F12] no command is applied more often than it was sent',
      promises.noCommandIsAppliedMoreOftenThanItWasSent(session, this.sent),
    );
    this.breaks('[F14] nothing that adds risk happens while held', promises.nothingThatAddsRiskHappensWhileHeld(session.lines));
  }

  /** A host has begun, and all is quiet: it has come back to what was left. */
  cameBack(life: Life, { session: kept, shown, faulted }: Left): void {
    const { page } = life;
    const session = sessionOf(life);
    this.breaks(
      '[F16] the last session is open, or the page knows why not',
      promises.thePageKnowsWhyNothingIsOpen(page.shown, this.disk.faulted > faulted),
    );
    if (!session || page.keeping?.state !== 'kept') return;
    this.figures.recoveries += 1;
    this.breaks('the session that was open last is open', promises.itIsTheSessionThatWasOpenLast(page.shown, kept));
    this.breaks('[P6] the session stands where it was left', promises.theSessionStandsWhereItWasLeft(session, kept));
    if (shown) {
      this.figures['recoveries from rest'] += 1;
      this.breaks('[P6] the page shows what it showed before', promises.thePageShowsWhatItShowedBefore(shown, page.shown));
    }
    this.compare(life);
  }

  /** All is quiet: what the page, the engine and the disk have is the same. */
  compare(life: Life): void {
    const { page, host } = life;
    const session = sessionOf(life);
    this.figures.comparisons += 1;
    const viewer = new SimulatedPage();
    host.join('a look', (message) => viewer.take(structuredClone(message)), viewer.given);
    leave(life, 'a look');
    this.breaks(
      'the page shows what a new viewer is given',
      promises.thePageShowsWhatANewViewerIsGiven(page.shown, viewer.shown),
    );
    const state = page.keeping?.state;
    if (session && (state === 'kept' || state === 'failing')) this.ofEngine(session);
    if (session && state === 'kept') this.ofDisk(life, session);
  }

  private ofEngine(session: Session): void {
    this.breaks(
      '[P6] the journal is that of a straight run',
      promises.theJournalIsThatOfAStraightRun(this.tapes, session, session.files.entries),
    );
    this.breaks(
      '[F14] nothing that adds risk happens while held',
      promises.nothingThatAddsRiskHappensWhileHeld(promises.linesOf(session.journal)),
    );
  }

  private ofDisk(life: Life, session: Session): void {
    const kept = this.disk.session(keeperOf(life)?.id ?? '');
    this.breaks('[F14] nothing is held once everything is kept', promises.nothingIsHeldOnceEverythingIsKept(session));
    this.breaks(
      'the disk has what the engine has',
      promises.theDiskHasWhatTheEngineHas(promises.linesOf(session.journal), kept, life.page.keeping?.records ?? 0),
    );
  }

  /** What was left at the end of all. */
  outcome(seed: number, story: string[]): Outcome {
    const { figures, broken, disk } = this;
    const { sessions } = disk;
    figures.sessions = sessions.length;
    figures.branches = sessions.filter(({ parent }) => parent).length;
    figures.records = sessions.reduce((sum, { lines, parent }) => sum + lines.length - (parent?.seq ?? 0), 0);
    figures.faults = Object.fromEntries(disk.faults);
    return { seed, story, broken, figures };
  }
}
