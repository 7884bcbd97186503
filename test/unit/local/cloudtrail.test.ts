import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudTrailClient,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startAwsJsonServer } from '../../../lib/local/emulators/aws-json-server.ts';
import { AwsError, type Json, runOperation } from '../../../lib/local/emulators/aws-service.ts';
import { createCloudTrail } from '../../../lib/local/emulators/cloudtrail.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const startTime = Date.UTC(2026, 0, 31, 12);
const csr = 'Y2hhbGxlbmdlUGFzc3dvcmQ=';
const certificateArn =
  'arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/1/certificate/2';

const issue = {
  CertificateAuthorityArn: 'arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/1',
  Csr: csr,
  SigningAlgorithm: 'SHA256WITHRSA',
  TemplateArn: 'arn:aws:acm-pca:::template/BlankEndEntityCertificate_APIPassthrough/V1',
  Validity: { Type: 'DAYS', Value: 5 },
  IdempotencyToken: 'token-1',
  ApiPassthrough: { Extensions: { KeyUsage: { DigitalSignature: true } } },
};

/** A trail of a CA that issues, or refuses with `refusal`. A test moves its clock. */
const setUp = ({ directory = temporaryDirectory(), delaySeconds = 0 } = {}) => {
  let clock = startTime;
  const path = join(directory, 'cloudtrail.jsonl');
  const trail = createCloudTrail({ path, delaySeconds, now: () => clock });
  const ca = trail.recording(
    {
      name: 'CA',
      targetPrefix: 'ACMPrivateCA',
      operations: {
        IssueCertificate: ({ refusal }) => {
          if (refusal) throw new AwsError(String(refusal), 'refused');
          return { CertificateArn: certificateArn };
        },
        GetCertificate: () => ({}),
      },
    },
    'acm-pca.amazonaws.com',
    'IssueCertificate',
  );
  const call = (operation: string, input: Json = {}) =>
    runOperation(ca, operation, { ...issue, ...input });
  // Half a second per lookup, which is the quota.
  const lookUp = async (input: Json = {}) => {
    clock += 500;
    return (await runOperation(trail, 'LookupEvents', input)) as {
      Events: Record<string, unknown>[];
      NextToken?: string;
    };
  };
  const pass = (seconds: number) => {
    clock += seconds * 1000;
  };
  return { trail, directory, path, call, lookUp, pass };
};

const ids = (events: readonly Record<string, unknown>[]) => events.map(({ EventId }) => EventId);

describe('the event of IssueCertificate', () => {
  it('contains the request without its CSR, and the certificate', async () => {
    const { call, lookUp } = setUp();
    await call('IssueCertificate');
    const { Events } = await lookUp();
    expect(Events).toEqual([
      {
        EventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        EventName: 'IssueCertificate',
        ReadOnly: 'false',
        AccessKeyId: 'local',
        EventTime: startTime / 1000,
        EventSource: 'acm-pca.amazonaws.com',
        Username: 'local',
        Resources: [],
        CloudTrailEvent: expect.any(String),
      },
    ]);
    expect(JSON.parse(String(Events[0]?.CloudTrailEvent))).toMatchObject({
      eventTime: '2026-01-31T12:00:00Z',
      eventSource: 'acm-pca.amazonaws.com',
      eventName: 'IssueCertificate',
      awsRegion: 'us-east-1',
      requestParameters: {
        certificateAuthorityArn: issue.CertificateAuthorityArn,
        signingAlgorithm: 'SHA256WITHRSA',
        templateArn: issue.TemplateArn,
        validity: { type: 'DAYS', value: 5 },
        idempotencyToken: 'token-1',
        apiPassthrough: { extensions: { keyUsage: { digitalSignature: true } } },
      },
      responseElements: { certificateArn },
      eventID: Events[0]?.EventId,
      eventType: 'AwsApiCall',
    });
  });

  it('is stored without the CSR, which contains the challenge', async () => {
    const { call, path } = setUp();
    await call('IssueCertificate');
    expect(readFileSync(path, 'utf8')).not.toContain(csr);
  });

  it('contains the error of a refused call', async () => {
    const { call, lookUp } = setUp();
    await expect(call('IssueCertificate', { refusal: 'ThrottlingException' })).rejects.toThrow();
    const { Events } = await lookUp();
    expect(JSON.parse(String(Events[0]?.CloudTrailEvent))).toMatchObject({
      errorCode: 'ThrottlingException',
      errorMessage: 'refused',
      responseElements: null,
    });
  });

  it('exists for each of two calls with one token', async () => {
    const { call, lookUp } = setUp();
    await call('IssueCertificate');
    await call('IssueCertificate');
    expect((await lookUp()).Events).toHaveLength(2);
  });

  it('still exists after a restart', async () => {
    const { call, directory } = setUp();
    await call('IssueCertificate');
    expect((await setUp({ directory }).lookUp()).Events).toHaveLength(1);
  });

  it('is visible from its delivery until 90 days later', async () => {
    const { call, lookUp, pass } = setUp({ delaySeconds: 300 });
    await call('IssueCertificate');
    pass(299);
    expect((await lookUp()).Events).toEqual([]);
    pass(1);
    expect((await lookUp()).Events).toHaveLength(1);
    pass(90 * 86_400);
    expect((await lookUp()).Events).toEqual([]);
  });
});

it('an operation that is not recorded creates no event', async () => {
  const { call, lookUp } = setUp();
  await call('GetCertificate');
  expect((await lookUp()).Events).toEqual([]);
});

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
    const all = ids((await lookUp()).Events);
    const first = await lookUp({ MaxResults: 2 });
    await call('IssueCertificate');
    const second = await lookUp({ MaxResults: 2, NextToken: first.NextToken });
    const third = await lookUp({ MaxResults: 2, NextToken: second.NextToken });
    expect(ids([...first.Events, ...second.Events, ...third.Events])).toEqual(all);
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
    expect(ids(found.Events)).toEqual([AttributeValue]);
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
