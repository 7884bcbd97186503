/** The current invocation. A Lambda environment handles at most one event at a time. */
import { boundClient } from '../aws/bounded-client.ts';
import type { AwsService } from '../aws/client-defaults.ts';

/** The part of Lambda's context with the remaining time. */
interface InvocationTime {
  readonly getRemainingTimeInMillis?: () => number;
}

let current: InvocationTime = {};

/** Stores the context of an invocation. Every handler calls it first (logged.ts). */
export const beginInvocation = (context: InvocationTime): void => {
  current = context;
};

/** The rest of the function's time, in milliseconds; infinite during a cold start. */
export const getRemainingMilliseconds = (): number =>
  current.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;

/** Wraps a client, so that its calls end in time for this function to answer. */
export const boundToInvocation = <Client extends object>(
  service: AwsService,
  client: Client,
): Client => boundClient(client, { service, remainingMilliseconds: getRemainingMilliseconds });
