/** EventBridge as where events go. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { eventSource } from '../audit/events.ts';
import type { EventBus } from '../ports.ts';

/** How long we wait for EventBridge: whoever waits for us waits for an enrolment or a challenge. */
const eventDefaults = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 300, requestTimeout: 1000 },
} as const;

/** The port on one bus, by its ARN. */
export const eventBridge = (
  EventBusName: string,
  client = new EventBridgeClient(eventDefaults),
): EventBus => ({
  publish: async ({ detailType, resources, detail }) => {
    const { FailedEntryCount = 0 } = await client.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName,
            Source: eventSource,
            DetailType: detailType,
            Resources: [...resources],
            Detail: JSON.stringify(detail),
          },
        ],
      }),
    );
    // PutEvents answers 200 for an event that it did not take.
    if (FailedEntryCount > 0) throw new Error('EventNotTaken');
  },
});
