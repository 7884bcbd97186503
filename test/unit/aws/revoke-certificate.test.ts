/** RevokeCertificate of the emulated CA, with the serial number that lint reads. */
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { afterEach, describe, expect, it } from 'vitest';
import { parseIssuedCertificate } from '../../../lambda/asn1/issued-certificate.ts';
import { createPrivateCa } from '../../../lambda/aws/private-ca.ts';
import { startAwsJsonServer } from '../../../lib/local/emulators/aws-json-server.ts';
import { caArn, openCa } from '../local/acm-pca-kit.ts';

let stop: (() => Promise<void>) | undefined;
afterEach(async () => {
  await stop?.();
});

/** An emulated CA whose serial numbers repeat this octet, and the port on it. */
async function caWithSerialsOf(octet: number) {
  const emulated = await openCa({ random: (count) => Buffer.alloc(count, octet) });
  const server = await startAwsJsonServer([emulated.ca]);
  stop = server.stop;
  const client = new ACMPCAClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  return { ...emulated, port: createPrivateCa(client, caArn) };
}

describe('a certificate that must not be used', () => {
  it.each([
    ['set', 0xe8],
    ['clear', 0x0a],
  ])('is revoked by its serial number with its high bit %s', async (_, octet) => {
    const { issued, port, call } = await caWithSerialsOf(octet);
    const { serialHex } = parseIssuedCertificate((await issued()).toString());
    await port.revoke(serialHex);
    const CertificateSerial = Buffer.alloc(16, octet).toString('hex');
    await expect(
      call('RevokeCertificate', { CertificateSerial, RevocationReason: 'SUPERSEDED' }),
    ).rejects.toMatchObject({ code: 'RequestAlreadyProcessedException' });
  });

  it('is not revoked by a text that is not a serial number', async () => {
    const { port } = await caWithSerialsOf(0xe8);
    await expect(port.revoke('no serial')).rejects.toThrow('SerialUnreadable');
  });
});
