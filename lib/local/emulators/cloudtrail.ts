/** CloudTrail (2013-11-01): the event history of calls to other emulators, and its lookup. */
import { createTokenBucket } from '../token-bucket.ts';
import { AwsError, type AwsService, type Json, type Operation } from './aws-service.ts';
import { type ApiCall, buildTrailEvent } from './cloudtrail/api-call.ts';
import { openEventHistory } from './cloudtrail/event-history.ts';
import { lookUp } from './cloudtrail/lookup.ts';

/** The event history's file, and the delay until an event is visible: minutes in AWS. */
export interface CloudTrailOptions {
  readonly path: string;
  readonly delaySeconds: number;
  readonly now?: () => number;
}

/** The emulator, and the recording of calls. */
export interface CloudTrail extends AwsService {
  /** Wraps a service so that every call of those operations is recorded, including refused ones. */
  readonly recording: <Service extends AwsService>(
    service: Service,
    eventSource: string,
    ...eventNames: readonly string[]
  ) => Service;
}

// Per account and Region.
const lookupsPerSecond = 2;

/** Opens the event history. */
export const createCloudTrail = (options: CloudTrailOptions): CloudTrail => {
  const { path, delaySeconds, now = Date.now } = options;
  const history = openEventHistory(path, delaySeconds * 1000, now);
  const lookups = createTokenBucket(lookupsPerSecond, lookupsPerSecond, now);
  const record = (call: ApiCall): void => {
    const at = now();
    history.add(buildTrailEvent(call, at), at);
  };
  return {
    name: 'CloudTrail',
    targetPrefix: 'CloudTrail_20131101',
    operations: {
      LookupEvents: (input) => {
        if (!lookups.take()) throw new AwsError('ThrottlingException', 'Rate exceeded');
        return lookUp(history, input, now());
      },
    },
    recording: (service, eventSource, ...eventNames) => {
      const recorded = eventNames.map((eventName) => {
        const run = service.operations[eventName];
        if (!run) throw new Error(`${service.name} has no operation ${eventName}`);
        return [eventName, recordOperation(run, eventSource, eventName, record)];
      });
      return {
        ...service,
        operations: { ...service.operations, ...Object.fromEntries(recorded) },
      };
    },
  };
};

/**
 * Wraps an operation. A fault of the emulator itself leaves no event, because AWS has no such
 * fault.
 */
const recordOperation =
  (
    run: Operation,
    eventSource: string,
    eventName: string,
    record: (call: ApiCall) => void,
  ): Operation =>
  async (input) => {
    try {
      const output = (await run(input)) as Json;
      record({ eventSource, eventName, input, outcome: { output } });
      return output;
    } catch (error) {
      if (error instanceof AwsError) record({ eventSource, eventName, input, outcome: { error } });
      throw error;
    }
  };
