import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { certificateArn, csr, issue, setUp, startTime } from './cloudtrail-kit.ts';

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
