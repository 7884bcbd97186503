/** The client as a Windows device, with challenges from the emulated Intune tenant. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCertificationRequest } from '../../../lambda/message/certification-request.ts';
import { readEnrolment } from '../../../lambda/message/enrolment.ts';
import type { PkiMessage } from '../../../lambda/message/pki-message.ts';
import { openFolder } from '../../../lib/scep-client/folder.ts';
import { loadOrBuildRequest } from '../../../lib/scep-client/stored-request.ts';
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
  return loadOrBuildRequest(await openFolder(path), key, {
    ...laptop,
    intuneControlUrl,
    ...change,
  });
};

const verdictOn = (certificateRequest: Uint8Array) =>
  tenant.adapter.validate({ transactionId: 'one', certificateRequest });

describe('a request of Windows under Intune', () => {
  it('is accepted by Intune with its own challenge', async () => {
    const { certificationRequest } = await requested();
    expect(await verdictOn(certificationRequest)).toBe('granted');
  });

  it('has the attributes and extensions of Windows, with the illegal path length', async () => {
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

  it('is repeated byte for byte if no answer arrived', async () => {
    const first = await requested();
    const second = await requested();
    expect(second.isRepeated).toBe(true);
    expect(Buffer.from(second.certificationRequest)).toEqual(
      Buffer.from(first.certificationRequest),
    );
  });

  it('has another challenge for another subject', async () => {
    await requested();
    const { certificationRequest, isRepeated } = await requested({ subject: 'CN=another' });
    expect(isRepeated).toBe(false);
    expect(await verdictOn(certificationRequest)).toBe('granted');
  });

  it('has the challenge of the command line, even a wrong one', async () => {
    const { certificationRequest } = await requested({ challenge: 'V1JPTkc=' });
    expect(await verdictOn(certificationRequest)).toEqual({ refused: 'ChallengeDecryptionError' });
  });

  it('fails if the tenant is unreachable', async () => {
    await tenant.emulator.stop();
    await expect(requested()).rejects.toMatchObject({ code: 'unreachable' });
  });
});
