/**
 * The budgets of a client address: which requests each of them counts, and the answer past it
 * (docs/decisions/008-envelope-flood.md). Each has the allowance of policy/client-allowance.ts.
 */
import { HttpFault, type HttpFaultCode, Refusal } from '../core/errors.ts';
import type { ClientLimits } from '../ports/envelopes.ts';

const faults: Readonly<Record<keyof ClientLimits, HttpFaultCode>> = {
  /**
   * Counts envelopes to one of our identities that do not open, or that the replay guard found
   * changed. It is checked before an envelope is opened, and bounds the queries of a padding
   * oracle.
   */
  decryptions: 'TooManyEnvelopes',
  /**
   * Counts `ChallengeUnknown`, and no other refusal. It is checked after that refusal, so a request
   * with a good challenge is answered, whatever was charged to its address.
   */
  guesses: 'TooManyGuesses',
  /**
   * Counts requests that Intune refused (docs/decisions/020-strangers.md). It is checked before
   * Intune is called. An answer from a recorded verdict is not counted.
   */
  validations: 'TooManyValidations',
};

/** Throws the budget's `HttpFault` for a client that is over it. */
export async function requireBudget(
  budget: keyof ClientLimits,
  source: string,
  limits: ClientLimits,
): Promise<void> {
  if (!(await limits[budget].allows(source))) throw new HttpFault(faults[budget]);
}

/**
 * Runs `enrol`, and charges an unknown challenge to the client. Throws
 * `HttpFault('TooManyGuesses')` instead of that refusal for a client that is over its budget.
 */
export async function limitGuesses<Result>(
  source: string,
  limits: ClientLimits,
  enrol: () => Promise<Result>,
): Promise<Result> {
  try {
    return await enrol();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'ChallengeUnknown') throw error;
    // Past the budget the refusal is not remembered. Each guess has another envelope, so the write
    // would cost more than it saves.
    await requireBudget('guesses', source, limits);
    await limits.guesses.recordFailure(source);
    throw error;
  }
}
