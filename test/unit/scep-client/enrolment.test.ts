import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { computeFingerprint } from '../../../lib/scep-client/ca-certificates.ts';
import { readCertificationRequest } from '../../../lib/scep-client/certification-request.ts';
import { type EnrolmentOptions, enrol } from '../../../lib/scep-client/enrolment.ts';
import { createSelfSignedIdentity } from '../../../lib/scep-client/identity.ts';
import type { Progress } from '../../../lib/scep-client/retry.ts';
import { buildCsr } from '../../support/kit/csr.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { testRa } from '../../support/kit/test-ra.ts';
import { type Responder, responder, type Turn } from './responder.ts';

const ra = testRa();
const fingerprint = computeFingerprint(new X509Certificate(ra.caCertificate));

async function run(
  server: Pick<Responder, 'fetch'>,
  options: Partial<EnrolmentOptions> = {},
): Promise<{ result: Awaited<ReturnType<typeof enrol>>; progress: Progress[] }> {
  const { privateKey: key } = rsaKey();
  const certificationRequest = buildCsr({ challenges: ['S3CRET'] });
  const { subject } = readCertificationRequest(certificationRequest, key);
  const progress: Progress[] = [];
  const result = await enrol({
    server: { url: new URL('http://scep.example/scep'), fetch: server.fetch },
    identity: await createSelfSignedIdentity(key, subject),
    certificationRequest,
    encryption: { cipher: 'aes128', oaep: false },
    caFingerprint: fingerprint,
    pollIntervalSeconds: 0.01,
    timeoutSeconds: 5,
    onProgress: (one) => progress.push(one),
    ...options,
  });
  return { result, progress };
}

const turns = (...all: readonly Turn['do'][]) => all.map((one) => ({ do: one }) as Turn);

describe('an enrolment', () => {
  it('ends with a certificate and its chain', async () => {
    const { result } = await run(responder(ra, turns('issue')));
    expect(result).toMatchObject({ status: 'SUCCESS', chain: [{ ca: true }] });
  });

  it('polls while the request is pending, in one transaction and with new nonces', async () => {
    const server = responder(ra, turns('pend', 'pend', 'issue'));
    const { result, progress } = await run(server);
    expect(result.status).toBe('SUCCESS');
    expect(server.requests.map(({ messageType }) => messageType)).toEqual(['19', '20', '20']);
    expect(new Set(server.requests.map(({ transactionId }) => transactionId)).size).toBe(1);
    expect(new Set(server.requests.map(({ senderNonce }) => `${senderNonce}`)).size).toBe(3);
    expect(progress.map(({ kind }) => kind)).toEqual(['ca', 'pending', 'pending']);
  });

  it('ends with the reason of a refusal', async () => {
    const { result } = await run(responder(ra, [{ do: 'refuse', failInfo: '2' }]));
    expect(result).toMatchObject({ status: 'FAILURE', failInfo: { name: 'badRequest' } });
  });

  it('waits during an outage and sends the same request again', async () => {
    const server = responder(ra, [{ do: 'http', status: 503 }, { do: 'issue' }]);
    const { result, progress } = await run(server);
    expect(result.status).toBe('SUCCESS');
    expect(progress.at(-1)).toMatchObject({ kind: 'unavailable' });
  });

  it('waits for the time in Retry-After', async () => {
    const server = responder(ra, [{ do: 'http', status: 503, retryAfter: '1' }, { do: 'issue' }]);
    const { progress } = await run(server);
    expect(progress.at(-1)).toMatchObject({ kind: 'unavailable', waitSeconds: 1 });
  });

  it('continues after a broken connection while pending', async () => {
    const { result } = await run(responder(ra, turns('pend', 'break', 'issue')));
    expect(result.status).toBe('SUCCESS');
  });

  it('uses GET if the server does not offer POST', async () => {
    const server = responder(ra, turns('issue'), { capabilities: 'AES\r\nSHA-256\r\n' });
    await run(server);
    expect(server.methods).toEqual(['GET']);
  });

  it('uses POST if the server offers it', async () => {
    const server = responder(ra, turns('issue'), { capabilities: 'SCEPStandard' });
    await run(server);
    expect(server.methods).toEqual(['POST']);
  });
});

describe('an enrolment gives up', () => {
  const late = { timeoutSeconds: 0.05, pollIntervalSeconds: 0.04 };

  it.each<[string, Responder, Partial<EnrolmentOptions>]>([
    ['timeout', responder(ra, turns('pend')), late],
    ['unavailable', responder(ra, [{ do: 'http', status: 503 }]), late],
    ['unavailable', responder(ra, [{ do: 'http', status: 503, retryAfter: '3600' }]), {}],
    ['unexpectedAnswer', responder(ra, [{ do: 'http', status: 404 }]), {}],
    ['wrongCa', responder(ra, turns('issue')), { caFingerprint: '00'.repeat(32) }],
    ['unsupportedAlgorithm', responder(ra, [], { capabilities: 'POSTPKIOperation\nDES3\n' }), {}],
    ['untrustedReply', createMixedServer(), {}],
  ])('with %s', async (code, server, options) => {
    await expect(run(server, options)).rejects.toMatchObject({ code });
  });

  it('at once if the server is unreachable', async () => {
    const fetch = () => Promise.reject(new TypeError('fetch failed'));
    await expect(run({ fetch })).rejects.toMatchObject({ code: 'unreachable' });
  });
});

/** A server with the GetCACert of one CA and the replies of another. */
function createMixedServer(): Responder {
  const impostor = { ...ra, raCertificate: testRa('other').raCertificate };
  return responder(impostor, turns('issue'), { bag: [ra.raCertificate, ra.caCertificate] });
}
