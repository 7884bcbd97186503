/** AWS clients whose calls end at a deadline, the SDK's own tries and its backoff included. */
import { boundMilliseconds, endWithin, type RemainingMilliseconds } from '../core/deadline.ts';
import { Fault } from '../core/errors.ts';
import { type AwsService, callMilliseconds } from './client-defaults.ts';

/** The bounds of every call of one client. */
export interface CallBounds {
  readonly service: AwsService;
  readonly remainingMilliseconds: RemainingMilliseconds;
  /** For one call with all its tries; the service's figure of `callMilliseconds` by default. */
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
 * The same client, except that `send` throws `DependencyTimeout` when a call takes longer than its
 * bounds. Then it is unknown whether the service did what it was sent. The fault names the service
 * alone, because the SDK's message holds addresses and its error holds the request. Other errors
 * stay the SDK's. `requestTimeout` is not enough: it ends one try, but not one whose body stops
 * half way.
 */
export function boundClient<Client extends object>(client: Client, bounds: CallBounds): Client {
  const { service, remainingMilliseconds, maxMilliseconds = callMilliseconds[service] } = bounds;
  // It copies each request and answer, with or without a logger, which takes 10 % of the
  // functions' CPU. A logger would also see passwords and Grants.
  (client as SdkClient).middlewareStack?.remove('loggerMiddleware');
  const late = (): Fault => new Fault('DependencyTimeout', service);
  const send = async (command: never, options: SendOptions = {}): Promise<unknown> => {
    const milliseconds = boundMilliseconds(maxMilliseconds, remainingMilliseconds);
    const attempt = (signal: AbortSignal): Promise<unknown> => {
      const abortSignal = options.abortSignal
        ? AbortSignal.any([signal, options.abortSignal])
        : signal;
      return (client as SdkClient).send(command, { ...options, abortSignal });
    };
    try {
      return await endWithin(milliseconds, attempt, late);
    } catch (error) {
      throw isTimeout(error) ? late() : error;
    }
  };
  return Object.create(client, { send: { value: send } }) as Client;
}

/** The SDK calls a reset connection a TimeoutError, too, but no deadline passed there. */
const isTimeout = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'TimeoutError' &&
  !['ECONNRESET', 'EPIPE'].includes((error as { readonly code?: string }).code ?? '');
