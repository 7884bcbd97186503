/** A figure: what is measured, beside what, and what it should come to. */
import type { Progress } from './progress.ts';
import type { Workspace } from './workspace.ts';

/** What a run of a figure has to work with. */
export interface Bench {
  readonly workspace: Workspace;
  readonly progress: Progress;
  /** Fewer rounds: to see that it works, not to quote. */
  readonly isQuick: boolean;
}

/** What came out. Every number was measured in this run. */
export interface Reading {
  readonly ours: string;
  /** What it is compared with; absent for a count that stands for itself. */
  readonly theirs?: string;
  /** The number that bar and goal are about. */
  readonly value: number;
  /** What stands in the ratio column. */
  readonly ratio?: string;
  readonly notes?: readonly string[];
}

/** A figure that cannot be measured on this machine, and why. */
export interface Skipped {
  readonly skipped: string;
}

/** A limit: the value must not be above it (`atMost`) or below it (`atLeast`). */
export type Limit = { readonly atMost: number } | { readonly atLeast: number };

/** One row of the table. */
export interface Figure {
  readonly title: string;
  /** Missed: the bench fails. Absent: the figure is reported only. */
  readonly bar?: Limit;
  readonly goal: Limit;
  /** Written after the limits: `x` for a ratio. */
  readonly unit: string;
  readonly measure: (bench: Bench) => Promise<Reading | Skipped>;
}

/** Whether a value keeps a limit. */
const keeps = (value: number, limit: Limit): boolean =>
  'atMost' in limit ? value <= limit.atMost : value >= limit.atLeast;

/** What a reading means, in words; `bar missed` is the one that fails the run. */
export function verdictOf({ bar, goal }: Figure, reading: Reading | Skipped): string {
  if ('skipped' in reading) return 'skipped';
  if (bar && !keeps(reading.value, bar)) return 'bar missed';
  if (keeps(reading.value, goal)) return 'goal reached';
  return bar ? 'within the bar' : 'short of the goal';
}
