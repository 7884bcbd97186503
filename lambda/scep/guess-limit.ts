/**
 * The budget of guessed challenge passwords (docs/decisions/008-envelope-flood.md). It is charged
 * for `ChallengeUnknown` alone. A request with a good challenge is answered, whatever was charged
 * to its address.
 */
import { HttpFault, Refusal } from '../core/errors.ts';
import type { ScepContext } from './context.ts';
import type { Progress } from './progress.ts';

/**
 * Runs `enrol`, and charges an unknown challenge to the source. Once the source is over its budget,
 * throws `HttpFault('TooManyGuesses')` instead of that refusal.
 */
export async function limitGuesses<Result>(
  progress: Progress,
  context: ScepContext,
  enrol: () => Promise<Result>,
): Promise<Result> {
  try {
    return await enrol();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'ChallengeUnknown') throw error;
    const { guesses } = context.limits;
    if (await guesses.allows(progress.source)) {
      await guesses.recordFailure(progress.source);
      throw error;
    }
    // Not remembered: the write would cost more than it saves, as each guess has another envelope.
    throw new HttpFault('TooManyGuesses');
  }
}
