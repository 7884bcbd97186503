import type { Attempt } from '../attempt.ts';

/**
 * The workflow of one connector: an Express workflow that may run an attempt twice, or not at all.
 */
export interface IssuanceWorkflow {
  /** Starts an attempt. Starting it again is harmless. */
  start(attempt: Attempt): Promise<void>;
}
