/** AWS clients whose calls end at a deadline, including the SDK's own tries and pauses. */
import { boundMilliseconds, endWithin, type RemainingMilliseconds } from '../core/deadline.ts';
import { Fault } from '../core/errors.ts';
import { type AwsService, callMilliseconds } from './client-defaults.ts';

/** The bounds of every call of one client. */
export interface CallBounds {
  readonly service: AwsService;
  readonly remainingMilliseconds: RemainingMilliseconds;
  /** For one call with all its tries; by default the service's value in `callMilliseconds`. */
  readonly maxMilliseconds?: number;
}

interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

/** The part of an AWS SDK client that is bounded. */
interface SdkClient {
  readonly middlewareStack?: { remove(name: string): boolean };
  send(command: never, options?: SendOptions): Promise<unknown>;
}

/**
 * The same client, except that `send` throws `DependencyTimeout` when a call exceeds its bounds. It
 * is then unknown whether the service processed the request. The fault names only the service,
 * because the SDK's message contains addresses and its error contains the request. Other errors are
 * the SDK's own. `requestTimeout` is not enough, because it does not end a try whose body stops
 * half way.
 */
export function boundClient<Client extends object>(client: Client, bounds: CallBounds): Client {
  const { service, remainingMilliseconds, maxMilliseconds = callMilliseconds[service] } = bounds;
  // This middleware copies each request and answer, even without a logger, which takes 10 % of the
  // functions' CPU. A logger would also receive passwords and Grants.
  (client as SdkClient).middlewareStack?.remove('loggerMiddleware');
  const toTimeout = (): Fault => new Fault('DependencyTimeout', service);
  const send = async (command: never, options: SendOptions = {}): Promise<unknown> => {
    const milliseconds = boundMilliseconds(maxMilliseconds, remainingMilliseconds);
    const attempt = (signal: AbortSignal): Promise<unknown> => {
      const abortSignal = options.abortSignal
        ? AbortSignal.any([signal, options.abortSignal])
        : signal;
      return (client as SdkClient).send(command, { ...options, abortSignal });
    };
    try {
      return await endWithin(milliseconds, attempt, toTimeout);
    } catch (error) {
      throw isTimeout(error) ? toTimeout() : error;
    }
  };
  return Object.create(client, { send: { value: send } }) as Client;
}

/** The SDK also reports a reset connection as a TimeoutError, although no deadline has passed. */
const isTimeout = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'TimeoutError' &&
  !['ECONNRESET', 'EPIPE'].includes((error as { readonly code?: string }).code ?? '');
