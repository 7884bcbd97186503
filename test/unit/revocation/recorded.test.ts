/** From an enrolment under Intune to a revocation at Intune's request, by the serial record. */
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { requireSerial } from '../../../lambda/core/serial-number.ts';
import { revokeRequested } from '../../../lambda/revocation/revoke-requested.ts';
import { memoryIntune } from '../../support/fakes/memory-intune.ts';
import { memoryRevocationJournal } from '../../support/fakes/memory-revocations.ts';
import { type TestConnectorOptions, testConnector } from '../../support/fakes/test-connector.ts';
import { pkcsReq } from '../../support/kit/pkcs-req.ts';
import { readReply } from '../../support/kit/reply.ts';

const caConfiguration = 'test@ca';

/** A device of an Intune connector, and Intune's request to revoke its certificate. */
function world(options: TestConnectorOptions = {}) {
  const intune = memoryIntune();
  const one = testConnector({ ...options, intune });
  const request = pkcsReq({ ra: one.ra, challenge: 'Q2hhbGxlbmdl' });
  const enrol = async () => readReply((await one.send(request.message)).certRep, request, one.ra);
  const journal = memoryRevocationJournal();
  const revokeQueued = (serialNumber: string) => {
    intune.queue({ requestContext: serialNumber, serialNumber, caConfiguration });
    return revokeRequested({
      intune,
      journal,
      certificates: one.certificates,
      ca: one.ca,
      caConfiguration,
      batch: 500,
      maxCaSeconds: 200,
      nowSeconds: () => one.time.seconds,
      report: () => {},
    });
  };
  return { ...one, intune, enrol, revokeQueued };
}

const serialOf = (der: Uint8Array | undefined): string =>
  new X509Certificate(der ?? Uint8Array.of()).serialNumber;

describe('a certificate that was reported to Intune', () => {
  it('is revoked by the serial number that Intune received', async () => {
    const { enrol, intune, ca, revokeQueued } = world();
    await enrol();
    const serial = serialOf(intune.certificates[0]);
    expect(await revokeQueued(serial)).toMatchObject({ revoked: 1, unknown: 0, answered: 1 });
    expect(ca.revoked.map((hex) => hex.toUpperCase())).toEqual([serial]);
  });

  it('is not returned again, so its device is authorised again and receives another one', async () => {
    const { enrol, intune, revokeQueued } = world();
    const first = await enrol();
    await revokeQueued(serialOf(intune.certificates[0]));
    const second = await enrol();
    expect([first.status, second.status]).toEqual(['SUCCESS', 'SUCCESS']);
    expect(new Set(intune.certificates.map(serialOf)).size).toBe(2);
    expect(intune.calls.filter(({ call }) => call === 'validate')).toHaveLength(2);
  });

  it('is found even if Intune’s answer was lost', async () => {
    const { started, intune, ca, tables, revokeQueued, enrol, conduct } = world({ held: true });
    intune.notifySuccess = async (_, certificate) => {
      intune.certificates.push(certificate);
      throw new Error('IntuneUnavailable');
    };
    await enrol();
    for (const input of started) await conduct(input);
    await revokeQueued(serialOf(intune.certificates[0]));
    expect(ca.revoked).toHaveLength(1);
    expect([...tables.rows.values()].map(({ row }) => row.state.status)).toEqual(['granted']);
  });

  it('is not handed out by its attempt once it is revoked', async () => {
    const { started, intune, revokeQueued, enrol, conduct } = world({ held: true });
    const { notifySuccess } = intune;
    intune.notifySuccess = async (_, certificate) => {
      intune.certificates.push(certificate);
      throw new Error('IntuneUnavailable');
    };
    await enrol();
    for (const input of started) await conduct(input);
    await revokeQueued(serialOf(intune.certificates[0]));
    intune.notifySuccess = notifySuccess;
    const notified = intune.certificates.length;
    for (const input of started) await conduct(input);
    expect(intune.certificates).toHaveLength(notified);
    // Refused, so the next request starts another attempt.
    await enrol();
    expect(started).toHaveLength(2);
  });
});

describe('a certificate of our own challenge', () => {
  it('has a serial record too, like every certificate of the connector', async () => {
    const one = testConnector();
    const request = pkcsReq({ ra: one.ra, challenge: await one.challenge() });
    const reply = readReply((await one.send(request.message)).certRep, request, one.ra);
    const serial = reply.status === 'SUCCESS' ? reply.certificate.serialNumber : '';
    const serialHex = requireSerial(serial);
    expect(await one.certificates.find(serialHex)).toEqual({ serialHex });
  });
});
