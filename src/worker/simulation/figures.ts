/** How often what has happened. */
export interface Figures {
  commands: number;
  frames: number;
  crashes: number;
  'ends in good order': number;
  recoveries: number;
  /** all was quiet when the host was gone: then the page must be shown the very same */
  'recoveries from rest': number;
  comparisons: number;
  'changes undone': number;
  sessions: number;
  branches: number;
  records: number;
  /** of the store, by their kind */
  faults: Record<string, number>;
}

export const noFigures = (): Figures => ({
  commands: 0,
  frames: 0,
  crashes: 0,
  'ends in good order': 0,
  recoveries: 0,
  'recoveries from rest': 0,
  comparisons: 0,
  'changes undone': 0,
  sessions: 0,
  branches: 0,
  records: 0,
  faults: {},
});

const sums = <T extends Record<string, number>>(a: T, b: Record<string, number>): T => ({
  ...a,
  ...Object.fromEntries(Object.entries(b).map(([what, count]) => [what, (a[what] ?? 0) + count])),
});

export function plus({ faults: some, ...a }: Figures, { faults: more, ...b }: Figures): Figures {
  return { ...sums(a, b), faults: sums(some, more) };
}

/** What a simulation came to. */
export interface Outcome {
  seed: number;
  figures: Figures;
  /** what happened, a line each */
  story: string[];
  /** the first promise that did not hold, and why */
  broken: { promise: string; why: string } | undefined;
}
