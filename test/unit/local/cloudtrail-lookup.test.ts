import {
  CloudTrailClient,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startAwsJsonServer } from '../../../lib/local/emulators/aws-json-server.ts';
import { runOperation } from '../../../lib/local/emulators/aws-service.ts';
import { certificateArn, listIds, setUp, startTime } from './cloudtrail-kit.ts';

describe('a lookup', () => {
  const issueEvery10Seconds = async (count: number) => {
    const set = setUp();
    for (let each = 0; each < count; each += 1) {
      await set.call('IssueCertificate');
      set.pass(10);
    }
    return set;
  };

  it('returns the newest events first, in pages that new events do not shift', async () => {
    const { lookUp, call } = await issueEvery10Seconds(5);
    const all = listIds((await lookUp()).Events);
    const first = await lookUp({ MaxResults: 2 });
    await call('IssueCertificate');
    const second = await lookUp({ MaxResults: 2, NextToken: first.NextToken });
    const third = await lookUp({ MaxResults: 2, NextToken: second.NextToken });
    expect(listIds([...first.Events, ...second.Events, ...third.Events])).toEqual(all);
    expect(third.NextToken).toBeUndefined();
  });

  it('returns the events from the start time to the end time, both included', async () => {
    const { lookUp } = await issueEvery10Seconds(5);
    const seconds = startTime / 1000;
    const { Events } = await lookUp({ StartTime: seconds + 10, EndTime: seconds + 30 });
    expect(Events.map(({ EventTime }) => Number(EventTime) - seconds)).toEqual([30, 20, 10]);
  });

  it.each([
    ['EventName', 'IssueCertificate', 1],
    ['EventName', 'RevokeCertificate', 0],
    ['EventSource', 'acm-pca.amazonaws.com', 1],
    ['ReadOnly', 'false', 1],
    ['ReadOnly', 'true', 0],
    ['Username', 'somebody', 0],
    ['ResourceName', certificateArn, 0],
  ])('of %s %s finds %d', async (AttributeKey, AttributeValue, count) => {
    const { lookUp } = await issueEvery10Seconds(1);
    const { Events } = await lookUp({ LookupAttributes: [{ AttributeKey, AttributeValue }] });
    expect(Events).toHaveLength(count);
  });

  it('by an event id finds that event', async () => {
    const { lookUp } = await issueEvery10Seconds(3);
    const AttributeValue = (await lookUp()).Events[1]?.EventId;
    const found = await lookUp({ LookupAttributes: [{ AttributeKey: 'EventId', AttributeValue }] });
    expect(listIds(found.Events)).toEqual([AttributeValue]);
  });

  const byName = { AttributeKey: 'EventName', AttributeValue: 'IssueCertificate' };
  it.each([
    [{ LookupAttributes: [byName, byName] }, 'InvalidLookupAttributesException'],
    [
      { LookupAttributes: [{ AttributeKey: 'Region', AttributeValue: 'x' }] },
      'InvalidLookupAttributesException',
    ],
    [{ LookupAttributes: [{ AttributeKey: 'EventName' }] }, 'InvalidLookupAttributesException'],
    [{ StartTime: 2, EndTime: 1 }, 'InvalidTimeRangeException'],
    [{ MaxResults: 0 }, 'InvalidMaxResultsException'],
    [{ MaxResults: 51 }, 'InvalidMaxResultsException'],
    [{ NextToken: '1.x' }, 'InvalidNextTokenException'],
    [{ EventCategory: 'insight' }, 'InvalidEventCategoryException'],
  ])('%j is refused', async (input, code) => {
    await expect(setUp().lookUp(input)).rejects.toMatchObject({ code });
  });

  it('accepts a token only with the request that returned it', async () => {
    const { lookUp } = await issueEvery10Seconds(3);
    const { NextToken } = await lookUp({ MaxResults: 1 });
    await expect(lookUp({ MaxResults: 2, NextToken })).rejects.toMatchObject({
      code: 'InvalidNextTokenException',
    });
  });

  it('is throttled above two per second', async () => {
    const { trail, pass } = setUp();
    const lookUp = () => runOperation(trail, 'LookupEvents', {});
    await lookUp();
    await lookUp();
    await expect(lookUp()).rejects.toMatchObject({ code: 'ThrottlingException' });
    pass(0.5);
    await lookUp();
  });

  it('works with the SDK', async () => {
    const { trail, call } = setUp();
    await call('IssueCertificate');
    await call('IssueCertificate');
    const server = await startAwsJsonServer([trail]);
    onTestFinished(server.stop);
    const client = new CloudTrailClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
    onTestFinished(() => client.destroy());
    const input: LookupEventsCommandInput = {
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'IssueCertificate' }],
      StartTime: new Date(startTime),
      MaxResults: 1,
    };
    const first = await client.send(new LookupEventsCommand(input));
    expect(first.Events?.[0]?.EventTime).toEqual(new Date(startTime));
    const { NextToken } = first;
    const second = await client.send(new LookupEventsCommand({ ...input, NextToken }));
    expect(second.NextToken).toBeUndefined();
    await expect(client.send(new LookupEventsCommand(input))).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
  });

  it('accepts the full service name of the AWS CLI', async () => {
    const server = await startAwsJsonServer([setUp().trail]);
    onTestFinished(server.stop);
    const response = await fetch(server.endpoint, {
      method: 'POST',
      headers: {
        'x-amz-target': 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents',
      },
      body: '{}',
    });
    expect(await response.json()).toEqual({ Events: [] });
  });
});
