/**
 * IssueCertificate calls in CloudTrail's event history. Every account has 90 days of it, even
 * without a trail.
 */
import { type CloudTrailClient, type Event, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { Fault } from '../core/errors.ts';
import type { IssuanceLog, RecordedIssuance } from '../ports/issuance-log.ts';

/** At the CA's 25 certificates a second, a minute fills 30 pages. A raised quota fills more. */
const maxPages = 300;

/** LookupEvents takes two calls a second per account and Region, and other callers share them. */
const pauseMilliseconds = 600;

/**
 * The port on the event history of the account. `sleep` paces the calls within one period and from
 * one period to the next. Throws `IssuanceLogTooLong` if a period has more than `maxPages` pages.
 */
export function createCloudTrailIssuanceLog(
  client: Pick<CloudTrailClient, 'send'>,
  sleep: (milliseconds: number) => Promise<unknown>,
): IssuanceLog {
  let isFirst = true;
  const lookUp = async (fromSeconds: number, toSeconds: number, NextToken?: string) => {
    if (!isFirst) await sleep(pauseMilliseconds);
    isFirst = false;
    return await client.send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'IssueCertificate' }],
        StartTime: new Date(fromSeconds * 1000),
        EndTime: new Date(toSeconds * 1000),
        MaxResults: 50,
        NextToken,
      }),
    );
  };
  return {
    between: async (fromSeconds, toSeconds) => {
      const issuances: RecordedIssuance[] = [];
      let token: string | undefined;
      for (let page = 0; page < maxPages; page += 1) {
        const { Events = [], NextToken } = await lookUp(fromSeconds, toSeconds, token);
        issuances.push(...Events.flatMap(readIssuance));
        token = NextToken;
        if (token === undefined) return issuances;
      }
      throw new Fault('IssuanceLogTooLong');
    },
  };
}

/** Reads the certificate of an event. The list is empty for a call that the CA refused. */
function readIssuance({ CloudTrailEvent = '{}' }: Event): readonly RecordedIssuance[] {
  const { requestParameters, responseElements } = parseEvent(CloudTrailEvent);
  const certificateArn = responseElements?.certificateArn;
  if (typeof certificateArn !== 'string') return [];
  const token = requestParameters?.idempotencyToken;
  return [{ certificateArn, ...(typeof token === 'string' && { idempotencyToken: token }) }];
}

type Members = Readonly<Record<string, unknown>> | null | undefined;

/** Throws `IssuanceLogUnreadable` for an event that is not JSON: the record is then incomplete. */
function parseEvent(event: string): {
  readonly requestParameters?: Members;
  readonly responseElements?: Members;
} {
  try {
    return JSON.parse(event);
  } catch {
    throw new Fault('IssuanceLogUnreadable');
  }
}
