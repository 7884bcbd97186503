/** Events, published to EventBridge. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { eventSource } from '../audit/events.ts';
import type { RemainingMilliseconds } from '../core/deadline.ts';
import { Fault } from '../core/errors.ts';
import type { EventBus } from '../ports/history.ts';
import { boundClient } from './bounded-client.ts';

/** Short timeouts, because a device or an admin waits while an event is published. */
const eventDefaults = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 300, requestTimeout: 1000, throwOnRequestTimeout: true },
} as const;

/** The port on one bus, by its ARN. Throws `DependencyTimeout` if the bus does not answer. */
export function createEventBridge(
  EventBusName: string,
  remainingMilliseconds: RemainingMilliseconds,
): EventBus {
  const bounds = { service: 'eventbridge', remainingMilliseconds } as const;
  const client = boundClient(new EventBridgeClient(eventDefaults), bounds);
  return {
    publish: async ({ detailType, resources, detail }) => {
      const entry = {
        EventBusName,
        Source: eventSource,
        DetailType: detailType,
        Resources: [...resources],
        Detail: JSON.stringify(detail),
      };
      const command = new PutEventsCommand({ Entries: [entry] });
      const { FailedEntryCount = 0 } = await client.send(command);
      // PutEvents answers 200 even for an event that it did not accept.
      if (FailedEntryCount > 0) throw new Fault('EventNotTaken');
    },
  };
}
