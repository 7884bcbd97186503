/** The wire format, field by field, compared with Microsoft's own library. */
import { createHash, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toIntuneFailure } from '../../../lambda/issuance/intune-failure.ts';
import type { IntuneRequest } from '../../../lambda/ports/intune.ts';
import type { IntuneOperation } from '../../../lib/local/emulators/intune/faults.ts';
import { callerNames, certificate, requestOf, startTenant, type Tenant } from './tenant.ts';

let tenant: Tenant;
let request: IntuneRequest;
let failed: IntuneRequest;

beforeAll(async () => {
  tenant = await startTenant();
  const { adapter, emulator } = tenant;
  request = requestOf(emulator);
  failed = requestOf(emulator);
  await adapter.validate(request);
  await adapter.notifySuccess(request, certificate);
  await adapter.validate(failed);
  await adapter.notifyFailure(failed, {
    ...toIntuneFailure('CertificateRefused'),
    errorDescription: 'x'.repeat(300),
  });
  const known = emulator.revocations.add({ serialNumber: '0A1B' });
  const unknown = emulator.revocations.add({ serialNumber: 'FF' });
  await adapter.downloadRevocations(500);
  await adapter.uploadRevocationResults([
    { requestContext: known.requestContext, succeeded: true },
    { requestContext: unknown.requestContext, succeeded: false, error: 'certificateNotFound' },
  ]);
});
afterAll(() => tenant.emulator.stop());

const callsOf = (operation: IntuneOperation) =>
  tenant.emulator.state.calls.filter((call) => call.operation === operation);
const bodyOf = (operation: IntuneOperation) => JSON.parse(callsOf(operation)[0]?.text ?? '');
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe('validateRequest', () => {
  it('contains only the transactionID, the unchanged PKCS#10 and the caller', () => {
    expect(bodyOf('validateRequest')).toEqual({
      request: {
        transactionId: request.transactionId,
        certificateRequest: base64(request.certificateRequest),
        callerInfo: callerNames.callerInfo,
      },
    });
  });
});

describe('the id of a call', () => {
  it('is the same for a repeated call, even from another container, and different for any other call', async () => {
    const { adapter, another, emulator } = await startTenant();
    const [one, other] = [requestOf(emulator), requestOf(emulator)];
    await adapter.validate(one);
    await another().validate(one);
    await adapter.validate(other);
    const ids = emulator.state.calls
      .filter(({ operation }) => operation === 'validateRequest')
      .map(({ headers }) => headers['client-request-id']);
    await emulator.stop();
    expect([ids[0] === ids[1], ids[0] === ids[2], ids.length]).toEqual([true, false, 3]);
  });
});

describe('successNotification', () => {
  const field = (name: string) => bodyOf('successNotification').notification[name];

  it('contains exactly the nine fields of Microsoft’s library', () => {
    expect(Object.keys(bodyOf('successNotification').notification).toSorted()).toEqual([
      'caConfiguration',
      'callerInfo',
      'certificateAuthority',
      'certificateExpirationDateUtc',
      'certificateRequest',
      'certificateSerialNumber',
      'certificateThumbprint',
      'issuingCertificateAuthority',
      'transactionId',
    ]);
  });

  it.each<[string, () => string]>([
    ['transactionId', () => request.transactionId],
    ['certificateRequest', () => base64(request.certificateRequest)],
    ['callerInfo', () => callerNames.callerInfo],
    ['caConfiguration', () => callerNames.caConfiguration],
    ['certificateAuthority', () => callerNames.certificateAuthority],
    ['issuingCertificateAuthority', () => 'O=Example,CN=test CA'],
    [
      'certificateThumbprint',
      () => createHash('sha1').update(certificate).digest('hex').toUpperCase(),
    ],
    ['certificateSerialNumber', () => new X509Certificate(certificate).serialNumber],
    [
      'certificateExpirationDateUtc',
      () => new X509Certificate(certificate).validToDate.toISOString(),
    ],
  ])('has the right %s', (name, expected) => {
    expect(field(name)).toBe(expected());
  });

  it('writes the date as ISO 8601 in UTC with milliseconds, and the thumbprint as 40 hex digits', () => {
    expect(field('certificateExpirationDateUtc')).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    );
    expect(field('certificateThumbprint')).toMatch(/^[0-9A-F]{40}$/);
  });
});

describe('failureNotification', () => {
  it('contains an HRESULT as a signed number and a description of at most 255 characters', () => {
    expect(bodyOf('failureNotification')).toEqual({
      notification: {
        transactionId: failed.transactionId,
        certificateRequest: base64(failed.certificateRequest),
        hResult: -1610350591,
        errorDescription: 'x'.repeat(255),
        callerInfo: callerNames.callerInfo,
      },
    });
  });

  it.each([
    ['CertificateRefused', 0xa0040001],
    ['CertificateMismatch', 0xa0040002],
    ['CertificateLost', 0xa0040003],
    ['GrantExpired', 0xa004ffff],
  ] as const)('numbers %s as documented', (code, hResult) => {
    expect(toIntuneFailure(code).hResult >>> 0).toBe(hResult);
  });
});

describe('revocations', () => {
  it('are downloaded without a filter', () => {
    expect(bodyOf('downloadRevocationRequests')).toEqual({
      downloadParameters: { maxRequests: 500, issuerName: null },
    });
  });

  it('are answered with Microsoft’s numbers as text', () => {
    expect(bodyOf('uploadRevocationResults').results).toMatchObject([
      { succeeded: true, errorCode: '0', errorMessage: null },
      { succeeded: false, errorCode: '4004', errorMessage: expect.any(String) },
    ]);
  });
});

describe('every call', () => {
  it.each<[IntuneOperation, string]>([
    ['validateRequest', '2018-02-20'],
    ['successNotification', '2018-02-20'],
    ['failureNotification', '2018-02-20'],
    ['downloadRevocationRequests', '5019-05-05'],
    ['uploadRevocationResults', '5019-05-05'],
  ])('has its version in a header: %s %s', (operation, version) => {
    expect(callsOf(operation)[0]?.headers).toMatchObject({
      'api-version': version,
      'content-type': 'application/json',
    });
  });

  it('has a unique id', () => {
    const ids = tenant.emulator.state.calls
      .filter(({ operation }) => operation !== 'token')
      .map(({ headers }) => headers['client-request-id']);
    expect(ids).toHaveLength(7);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });
});
