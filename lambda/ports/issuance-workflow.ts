import type { Attempt } from '../core/attempt.ts';

/**
 * The workflow of one connector: an Express workflow that may run an attempt twice, or not at all.
 */
export interface IssuanceWorkflow {
  /** Starts an attempt. Repeated starts of one attempt are harmless. */
  start(attempt: Attempt): Promise<void>;
}
