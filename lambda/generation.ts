/**
 * One try at a certificate for an enrolment. The same request after its certificate was revoked or is past half its life
 * is the same enrolment in a new generation: authorised anew, another use of its challenge (design decision 4).
 */
export interface Generation {
  /** The fingerprint F, 64 hex digits. */
  readonly enrolmentId: string;
  /** From 1 on. */
  readonly generation: number;
}

/**
 * The name of a generation: of its first execution, so that Step Functions starts it once, and of the holder of its challenge,
 * so that a second certificate is a second use. Under 80 characters, as execution names must be.
 */
export const generationName = ({ enrolmentId, generation }: Generation): string =>
  `${enrolmentId}-${generation}`;

/** The name of its so manieth execution. Step Functions keeps a name for 90 days, so what ended is run again under another. */
export const executionName = (input: Generation, run = 1): string =>
  run === 1 ? generationName(input) : `${generationName(input)}.${run}`;

/** A generation again, from its name; a name without a number is its own generation 0. */
export function generationOf(name: string): Generation {
  const [, enrolmentId = name, generation = '0'] = /^(.+)-(\d+)$/.exec(name) ?? [];
  return { enrolmentId, generation: Number(generation) };
}
