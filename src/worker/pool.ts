/** Does one piece of work after the other; what it needs besides the piece it was given at its beginning. */
export interface Hand<P, R> {
  /** @throws Error where the piece has failed: then the hand is done, and another takes its place */
  work(piece: P): Promise<R>;
  end(): void;
}

/** What becomes of the pieces. */
export interface Takers<P, R> {
  done(result: R): void;
  /** a piece that could not be done; the others go on */
  failed(piece: P, error: unknown): void;
}

/**
 * Pieces of work that know nothing of each other, given to as many hands as there are, each the next one when it is free. A piece at which a hand
 * fails is told and left out; the rest goes on with a new hand.
 * @param take makes a hand
 * @throws the signal's reason once it is aborted: all hands are ended then, and nothing more is told
 */
export async function pooled<P, R>(
  pieces: readonly P[],
  hands: number,
  take: () => Hand<P, R>,
  { done, failed }: Takers<P, R>,
  signal: AbortSignal,
): Promise<void> {
  let next = 0;
  const busy = new Set<Hand<P, R>>();
  const one = async (): Promise<void> => {
    let hand: Hand<P, R> | undefined;
    while (next < pieces.length && !signal.aborted) {
      const piece = pieces[next] as P;
      next += 1;
      try {
        if (!hand) {
          hand = take();
          busy.add(hand);
        }
        const result = await hand.work(piece);
        if (!signal.aborted) done(result);
      } catch (error) {
        if (hand) {
          hand.end();
          busy.delete(hand);
        }
        hand = undefined;
        if (!signal.aborted) failed(piece, error);
      }
    }
    hand?.end();
    if (hand) busy.delete(hand);
  };
  const all = Promise.all(Array.from({ length: Math.min(Math.max(1, hands), pieces.length) }, one));
  const aborted = new Promise<never>((_, reject) => {
    const stop = (): void => {
      for (const hand of busy) hand.end();
      reject(signal.reason);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  await Promise.race([all, aborted]);
  signal.throwIfAborted();
}
