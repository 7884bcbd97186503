/**
 * The current invocation. A Lambda environment handles one event at a time, so there is one at
 * most.
 */
import { boundClient } from '../aws/bounded-client.ts';
import type { AwsService } from '../aws/client-defaults.ts';

/** The part of Lambda's context that knows the time. */
interface InvocationTime {
  readonly getRemainingTimeInMillis?: () => number;
}

let current: InvocationTime = {};

/** Called first by every handler, with its context. */
export const beginInvocation = (context: InvocationTime): void => {
  current = context;
};

/** What is left of the function's time; infinite at cold start, when Lambda gives no figure. */
export const getRemainingMilliseconds = (): number =>
  current.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;

/** A client whose calls end in time for this function to answer. */
export const boundToInvocation = <Client extends object>(
  service: AwsService,
  client: Client,
): Client => boundClient(client, { service, remainingMilliseconds: getRemainingMilliseconds });
