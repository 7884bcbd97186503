import type { CloudTrailClient, LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail';
import { describe, expect, it } from 'vitest';
import { createCloudTrailIssuanceLog } from '../../lambda/aws/cloudtrail-issuance-log.ts';

const from = 1_800_000_000;

const event = (certificateArn?: string, idempotencyToken?: string) => ({
  CloudTrailEvent: JSON.stringify({
    requestParameters: idempotencyToken === undefined ? null : { idempotencyToken },
    responseElements: certificateArn === undefined ? null : { certificateArn },
  }),
});

/** A history with these pages for every minute, whose calls take no time. */
function history(pages: readonly (readonly object[])[]) {
  const calls: LookupEventsCommandInput[] = [];
  const pauses: number[] = [];
  const send = async ({ input }: { input: LookupEventsCommandInput }) => {
    calls.push(input);
    const at = Number(input.NextToken ?? 0);
    return { Events: pages[at], ...(at + 1 < pages.length && { NextToken: String(at + 1) }) };
  };
  const client = { send } as unknown as CloudTrailClient;
  const log = createCloudTrailIssuanceLog(client, async (milliseconds) =>
    pauses.push(milliseconds),
  );
  return { log, calls, pauses };
}

describe('CloudTrail’s record of a minute', () => {
  it('contains every accepted call, with its token if the event has one', async () => {
    const { log, calls } = history([[event('arn:one', 't'), event()], [event('arn:two')]]);
    expect(await log.between(from, from + 60)).toEqual([
      { certificateArn: 'arn:one', idempotencyToken: 't' },
      { certificateArn: 'arn:two' },
    ]);
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatchObject({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'IssueCertificate' }],
      StartTime: new Date(from * 1000),
      EndTime: new Date((from + 60) * 1000),
    });
  });

  it('is read to its end at the CA’s full rate, thirty pages a minute', async () => {
    const page = Array.from({ length: 50 }, (_, at) => event(`arn:${at}`, `t${at}`));
    const { log } = history(Array(30).fill(page));
    expect(await log.between(from, from + 60)).toHaveLength(1500);
  });

  it('is an outage if its pages do not end', async () => {
    const { log } = history(Array(400).fill([]));
    await expect(log.between(from, from + 60)).rejects.toThrow('IssuanceLogTooLong');
  });

  it('is an outage if an event cannot be read', async () => {
    const { log } = history([[{ CloudTrailEvent: 'not JSON' }]]);
    await expect(log.between(from, from + 60)).rejects.toThrow('IssuanceLogUnreadable');
  });

  it('is read with two calls per second, also between two minutes', async () => {
    const { log, calls, pauses } = history([[], []]);
    for (const minute of [0, 60, 120]) await log.between(from + minute, from + minute + 60);
    expect(calls).toHaveLength(6);
    expect(pauses).toHaveLength(5);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(500);
  });
});
