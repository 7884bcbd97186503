/**
 * The client as a Windows device under Intune, before the emulated tenant that it asks for
 * challenges.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCertificationRequest } from '../../../lambda/message/certification-request.ts';
import { readEnrolment } from '../../../lambda/message/enrolment.ts';
import type { PkiMessage } from '../../../lambda/message/pki-message.ts';
import { openFolder } from '../../../lib/scep-client/folder.ts';
import { requestIn } from '../../../lib/scep-client/stored-request.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { startTenant, type Tenant } from '../intune/tenant.ts';

const { privateKey: key } = rsaKey();
const laptop = {
  subject: 'CN=my laptop,O=Example',
  challenge: undefined,
  localChallenge: undefined,
  dnsNames: ['laptop.example.com'],
  emailAddresses: ['a@example.com'],
  uris: [],
};

let tenant: Tenant;
let path: string;

beforeEach(async () => {
  tenant = await startTenant();
  path = mkdtempSync(join(tmpdir(), 'enrolled-'));
});
afterEach(async () => {
  await tenant.emulator.stop();
  rmSync(path, { recursive: true });
});

const requested = async (change: { subject?: string; challenge?: string } = {}) => {
  const intuneControlUrl = tenant.emulator.controlOrigin;
  return requestIn(await openFolder(path), key, { ...laptop, intuneControlUrl, ...change });
};

const verdictOn = (certificateRequest: Uint8Array) =>
  tenant.adapter.validate({ transactionId: 'one', certificateRequest });

describe('a request as Windows makes it under Intune', () => {
  it('is good before Intune, with a challenge that is for exactly this', async () => {
    const { certificationRequest } = await requested();
    expect(await verdictOn(certificationRequest)).toBe('granted');
  });

  it('has what Windows puts into it, the illegal path length too', async () => {
    const { certificationRequest } = await requested();
    const request = readCertificationRequest(certificationRequest);
    const signer = { subjectPublicKeyInfo: request.subjectPublicKeyInfo };
    const message = { replyTo: { transactionId: 'one', signer } } as unknown as PkiMessage;
    const { extensions } = readEnrolment('test', message, request);
    expect(extensions.map(({ oid }) => oid)).toEqual([
      '2.5.29.15',
      '2.5.29.37',
      '2.5.29.19',
      '2.5.29.17',
    ]);
    expect(Buffer.from(certificationRequest).toString('latin1')).toContain('omadmclient.exe');
  });

  it('is repeated byte for byte when it got no answer', async () => {
    const first = await requested();
    const second = await requested();
    expect(second.repeated).toBe(true);
    expect(Buffer.from(second.certificationRequest)).toEqual(
      Buffer.from(first.certificationRequest),
    );
  });

  it('has another challenge where it says something else', async () => {
    await requested();
    const { certificationRequest, repeated } = await requested({ subject: 'CN=another' });
    expect(repeated).toBe(false);
    expect(await verdictOn(certificationRequest)).toBe('granted');
  });

  it('has the challenge that it was told, however wrong', async () => {
    const { certificationRequest } = await requested({ challenge: 'V1JPTkc=' });
    expect(await verdictOn(certificationRequest)).toEqual({ refused: 'ChallengeDecryptionError' });
  });

  it('cannot be made where the tenant is gone', async () => {
    await tenant.emulator.stop();
    await expect(requested()).rejects.toMatchObject({ code: 'unreachable' });
  });
});
