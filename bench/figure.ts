/** The type of a figure: what it measures, the rows it prints, and their limits. */
import type { Progress } from './progress.ts';
import type { Workspace } from './workspace.ts';

/** The tools that a figure runs with. */
export interface Bench {
  readonly workspace: Workspace;
  readonly progress: Progress;
  /** Runs fewer rounds: enough to see that a figure works, not enough to quote it. */
  readonly isQuick: boolean;
}

/** A limit: the value is at most `atMost`, or at least `atLeast`. */
export type Limit = { readonly atMost: number } | { readonly atLeast: number };

/** A row of the table, before it is measured. */
interface RowDefinition {
  readonly title: string;
  /** If the value misses it, the bench fails. A row without a bar is only reported. */
  readonly bar?: Limit;
  readonly goal?: Limit;
  /** Written after value and limits: `x` for a ratio, ` ms` for a time. */
  readonly unit: string;
  /** Digits after the point; 2 by default. */
  readonly digits?: number;
}

/** The result of a row. Every number was measured in this run. */
export interface Reading {
  /** The number that the bar and the goal limit. */
  readonly value: number;
  readonly ours?: string;
  /** The value it is compared with; omitted for an absolute figure. */
  readonly theirs?: string;
}

/** The result of a figure: one reading per row, in order, and notes on how to read them. */
export interface Measured {
  readonly readings: readonly (Reading | Skipped)[];
  readonly notes: readonly string[];
}

/** A row that cannot be measured on this machine, and why. */
export interface Skipped {
  readonly skipped: string;
}

/** One figure; `--only` selects it by its name. */
export interface Figure {
  readonly name: string;
  readonly rows: readonly RowDefinition[];
  readonly measure: (bench: Bench) => Promise<Measured | Skipped>;
}

/** A measured row. */
export interface Row {
  readonly figure: string;
  readonly definition: RowDefinition;
  readonly reading: Reading | Skipped;
}

/** The verdicts; `bar missed` is the one that fails the run. */
export type Verdict =
  | 'goal reached'
  | 'within the bar'
  | 'bar missed'
  | 'short of the goal'
  | 'reported'
  | 'skipped';

/** The rows of a figure with their readings; a skipped figure skips each of its rows. */
export const readRows = (figure: Figure, measured: Measured | Skipped): Row[] =>
  figure.rows.map((definition, at) => {
    const reading = 'skipped' in measured ? measured : measured.readings[at];
    if (reading === undefined) throw new Error(`${figure.name} gave no reading for its row ${at}`);
    return { figure: figure.name, definition, reading };
  });

/** Compares a reading with its bar and its goal. */
export function judgeRow({ definition: { bar, goal }, reading }: Row): Verdict {
  if ('skipped' in reading) return 'skipped';
  if (bar && !keeps(reading.value, bar)) return 'bar missed';
  if (goal === undefined) return bar ? 'within the bar' : 'reported';
  if (keeps(reading.value, goal)) return 'goal reached';
  return bar ? 'within the bar' : 'short of the goal';
}

/** Whether a value is within a limit; NaN is not. */
const keeps = (value: number, limit: Limit): boolean =>
  'atMost' in limit ? value <= limit.atMost : value >= limit.atLeast;

/** A limit as text. */
export const formatLimit = (limit: Limit, unit: string): string =>
  'atMost' in limit ? `<= ${limit.atMost}${unit}` : `>= ${limit.atLeast}${unit}`;
