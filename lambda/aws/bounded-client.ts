/** AWS clients whose calls end at a deadline, the SDK's own tries and its backoff included. */
import { boundedMilliseconds, endWithin, type RemainingMilliseconds } from '../deadline.ts';
import { Unavailable } from '../errors.ts';
import { type AwsService, callMilliseconds } from './client-defaults.ts';

/**
 * A dependency gave no answer in time. Whether it did what it was sent is unknown. The message is the service's name alone: the
 * SDK's message holds addresses, and its error holds the request.
 */
export class DependencyTimeout extends Unavailable {
  override readonly name = 'DependencyTimeout';
  readonly service: AwsService;

  constructor(service: AwsService) {
    super(service);
    this.service = service;
  }
}

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
  send(command: never, options?: SendOptions): Promise<unknown>;
}

/**
 * The same client, except that `send` throws `DependencyTimeout` when a call takes longer than its bounds. Other errors stay the
 * SDK's. `requestTimeout` alone is not enough: it ends one try, and not one whose body stops half way.
 */
export function boundedClient<Client extends object>(client: Client, bounds: CallBounds): Client {
  const { service, remainingMilliseconds, maxMilliseconds = callMilliseconds[service] } = bounds;
  const late = (): DependencyTimeout => new DependencyTimeout(service);
  const send = async (command: never, options: SendOptions = {}): Promise<unknown> => {
    const milliseconds = boundedMilliseconds(maxMilliseconds, remainingMilliseconds);
    const attempt = (signal: AbortSignal): Promise<unknown> => {
      const signals = [signal, ...(options.abortSignal ? [options.abortSignal] : [])];
      const abortSignal = AbortSignal.any(signals);
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

/** The SDK calls a reset connection a TimeoutError, too; that one was an answer of a kind, and no time passed. */
const isTimeout = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'TimeoutError' &&
  !['ECONNRESET', 'EPIPE'].includes((error as { readonly code?: string }).code ?? '');
