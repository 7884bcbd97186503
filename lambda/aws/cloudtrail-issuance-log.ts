/**
 * IssueCertificate calls in CloudTrail's event history, which every account has for 90 days without
 * a trail.
 */
import { type CloudTrailClient, type Event, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { Fault } from '../core/errors.ts';
import type { IssuanceLog, RecordedIssuance } from '../ports/issuance-log.ts';

/** A minute holds 30 pages at the CA's 25 certificates a second; another quota may be higher. */
const maxPages = 300;

/** LookupEvents takes two calls a second per account and Region, and others may share them. */
const pauseMilliseconds = 600;

/**
 * The port on the event history of the account. `sleep` paces the calls, from one window to the
 * next as well.
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
        issuances.push(...Events.flatMap(issuanceIn));
        token = NextToken;
        if (token === undefined) return issuances;
      }
      throw new Fault('IssuanceLogTooLong');
    },
  };
}

/** The certificate in an event; undefined for a call that the CA refused. */
function issuanceIn({ CloudTrailEvent = '{}' }: Event): readonly RecordedIssuance[] {
  const { requestParameters, responseElements } = parse(CloudTrailEvent);
  const certificateArn = responseElements?.certificateArn;
  if (typeof certificateArn !== 'string') return [];
  const token = requestParameters?.idempotencyToken;
  return [{ certificateArn, ...(typeof token === 'string' && { idempotencyToken: token }) }];
}

type Members = Readonly<Record<string, unknown>> | null | undefined;

/** Throws for an event that is not JSON, because the record is then incomplete. */
function parse(event: string): {
  readonly requestParameters?: Members;
  readonly responseElements?: Members;
} {
  try {
    return JSON.parse(event);
  } catch {
    throw new Fault('IssuanceLogUnreadable');
  }
}
