/** LookupEvents: checks the request and builds the page. */
import { createHash } from 'node:crypto';
import { AwsError, type Json, readOptionalText } from '../aws-service.ts';
import { caller } from './api-call.ts';
import type { EventHistory, RecordedEvent } from './event-history.ts';

const maxResults = 50;

/**
 * Builds a page of the history, newest first; refuses with the errors that CloudTrail documents.
 */
export const lookUp = (history: EventHistory, input: Json, nowMilliseconds: number): Json => {
  refuseCategory(input.EventCategory);
  const matches = createAttributeFilter(input);
  const isWithin = createTimeFilter(input);
  const limit = readLimit(input);
  const before = readPosition(input);
  const found = history
    .visible(nowMilliseconds)
    .filter((each) => each.order < before && isWithin(each) && matches(each));
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    Events: page.map(toLookupEvent),
    ...(last && found.length > limit ? { NextToken: createToken(input, last.order) } : {}),
  };
};

const text = (value: unknown): string => String(value);

/**
 * The attributes that can be looked up. IssueCertificate's documented event names no resources. So
 * no event has them here, and the two attributes of resources find nothing.
 */
const attributes: Readonly<Record<string, (event: RecordedEvent['event']) => string | undefined>> =
  {
    AccessKeyId: () => caller.accessKeyId,
    EventId: ({ eventID }) => eventID,
    EventName: ({ eventName }) => eventName,
    EventSource: ({ eventSource }) => eventSource,
    ReadOnly: ({ readOnly }) => text(readOnly),
    ResourceName: () => undefined,
    ResourceType: () => undefined,
    Username: () => caller.userName,
  };

const createAttributeFilter = ({
  LookupAttributes,
}: Json): ((recorded: RecordedEvent) => boolean) => {
  const [wanted, ...others] = (LookupAttributes ?? []) as readonly Json[];
  if (!wanted) return () => true;
  const key = text(wanted.AttributeKey);
  const attributeValue = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  if (!attributeValue || others.length > 0 || typeof wanted.AttributeValue !== 'string') {
    throw new AwsError(
      'InvalidLookupAttributesException',
      `One attribute can be looked up, with a value: ${Object.keys(attributes).join(', ')}`,
    );
  }
  return ({ event }) => attributeValue(event) === wanted.AttributeValue;
};

/**
 * Compares in seconds, and includes both ends. An event's time has no fraction, so a start within
 * its second is later than the event.
 */
const createTimeFilter = ({ StartTime, EndTime }: Json): ((recorded: RecordedEvent) => boolean) => {
  const start = Number(StartTime ?? 0);
  const end = Number(EndTime ?? Number.MAX_SAFE_INTEGER);
  if (!(start <= end))
    throw new AwsError('InvalidTimeRangeException', 'The start time is after the end time');
  return ({ at }) => {
    const seconds = Math.floor(at / 1000);
    return seconds >= start && seconds <= end;
  };
};

const readLimit = ({ MaxResults = maxResults }: Json): number => {
  if (Number.isInteger(MaxResults) && Number(MaxResults) >= 1 && Number(MaxResults) <= maxResults)
    return Number(MaxResults);
  throw new AwsError('InvalidMaxResultsException', `MaxResults is from 1 to ${maxResults}`);
};

const refuseCategory = (category: unknown): void => {
  if (category === undefined) return;
  throw new AwsError(
    'InvalidEventCategoryException',
    'The local CloudTrail models management events only',
  );
};

/** A token is valid only for the request that produced it. */
const createToken = ({ NextToken: _token, ...request }: Json, order: number): string => {
  const digest = createHash('sha256').update(JSON.stringify(Object.entries(request).sort()));
  return `${order}.${digest.digest('base64url')}`;
};

const readPosition = (input: Json): number => {
  const token = readOptionalText(input, 'NextToken');
  if (token === undefined) return Number.POSITIVE_INFINITY;
  const order = Number.parseInt(token, 10);
  if (createToken(input, order) === token) return order;
  throw new AwsError('InvalidNextTokenException', 'The token belongs to another request');
};

const toLookupEvent = ({ at, event }: RecordedEvent): Json => ({
  EventId: event.eventID,
  EventName: event.eventName,
  ReadOnly: text(event.readOnly),
  AccessKeyId: caller.accessKeyId,
  EventTime: Math.floor(at / 1000),
  EventSource: event.eventSource,
  Username: caller.userName,
  Resources: [],
  CloudTrailEvent: JSON.stringify(event),
});
