import { describe, expect, it } from 'vitest';
import { buildCertificate } from '../support/kit/certificate.ts';
import { authorityKeyIdentifier, keyIdentifier } from '../support/kit/extensions.ts';
import { ecKey, rsaKey } from '../support/kit/keys.ts';
import { cn, name } from '../support/kit/names.ts';
import { pkcsReq } from '../support/kit/pkcs-req.ts';
import { readReply } from '../support/kit/reply.ts';
import { issuedBy, testRa } from '../support/kit/test-ra.ts';
import { post } from '../unit/http/events.ts';
import { exchange } from '../unit/http/exchange.ts';
import { refuses } from './refuses.ts';

const device = rsaKey();
const other = rsaKey(2048, 'other');
const unreadable = 'FAILURE badRequest EnvelopeRefused';
const unsupported = 'FAILURE badRequest UnsupportedMessageType';

/** The serial number in a SUCCESS. */
const serialOf = (reply: ReturnType<typeof readReply>): string | undefined =>
  reply.status === 'SUCCESS' ? reply.certificate.serialNumber : undefined;

describe('Q: PKCSReq and RenewalReq', () => {
  it('Q-1 refuses a request without a subject', () =>
    refuses({ csr: { subject: name() } }, 'FAILURE badRequest SubjectRefused'));

  it('Q-1 refuses a request without a challenge', () =>
    refuses({ challenge: undefined }, 'FAILURE badRequest ChallengeMissing'));

  it.each<[string, Partial<Parameters<typeof buildCertificate>[0]>]>([
    ['of version 1 (certmonger)', { version: 1 }],
    ['without key usage (sscep)', { extensions: [] }],
    [
      'with a critical AKI (Windows)',
      { extensions: [authorityKeyIdentifier(keyIdentifier(device.spki), true)] },
    ],
    ['that is expired', { notBefore: new Date('2001-01-01'), notAfter: new Date('2001-01-02') }],
    ['that is signed with SHA-1', { digest: 'sha1' }],
  ])('Q-2 accepts a self-signed certificate %s', async (_, options) => {
    const subject = name(cn('MDM SCEP SIGNER'));
    const standard = { subject, spki: device.spki, signingKey: device.privateKey };
    const signerCertificate = buildCertificate({ ...standard, ...options });
    const { verdict, reply } = await exchange({ signerCertificate });
    expect(verdict).toBe('SUCCESS');
    expect(reply()).toMatchObject({ status: 'SUCCESS' });
  });

  it('Q-3 refuses a request whose key is not the signer’s', () =>
    refuses({ key: other, csr: { key: device } }, 'FAILURE badRequest SignerKeyMismatch'));

  it('Q-3 accepts a signer’s subject that differs from the request’s (Apple, Cisco ASA)', async () => {
    const { verdict } = await exchange({ csr: { subject: name(cn('another name')) } });
    expect(verdict).toBe('SUCCESS');
  });

  it('accepts a request without NULL after its signature algorithm (RFC 4055 section 5)', async () => {
    expect((await exchange({ csr: { withoutNull: true } })).verdict).toBe('SUCCESS');
  });

  it('Q-4 accepts a PKCSReq under an earlier certificate only with a challenge', async () => {
    const signerCertificate = issuedBy(testRa(), {
      subject: name(cn('device')),
      spki: device.spki,
    });
    expect((await exchange({ signerCertificate })).verdict).toBe('SUCCESS');
    await refuses(
      { signerCertificate, challenge: undefined },
      'FAILURE badRequest ChallengeMissing',
    );
  });

  it('Q-5 refuses a RenewalReq, which is not implemented', () =>
    refuses({ messageType: '17' }, unsupported));

  it('Q-6 refuses a RenewalReq under a certificate of another CA', async () => {
    const signerCertificate = issuedBy(testRa('other'), {
      subject: name(cn('device')),
      spki: device.spki,
    });
    await refuses({ messageType: '17', signerCertificate }, unsupported);
  });

  it('Q-7 refuses a RenewalReq under a self-signed certificate', () =>
    refuses({ messageType: '17', challenge: undefined }, unsupported));

  it('Q-8 accepts a one-time challenge once', async () => {
    const { ra, challenge, verdict, tell, ca } = await exchange();
    const { message } = pkcsReq({ ra, challenge, csr: { subject: name(cn('second')) } });
    expect([verdict, await tell(message)]).toEqual(['SUCCESS', 'FAILURE badRequest ChallengeUsed']);
    expect(ca.orders).toHaveLength(1);
  });

  it('Q-12 returns the same certificate to a repeated request', async () => {
    const { ra, ask, request, reply, ca } = await exchange();
    const again = pkcsReq({ ra, csrBytes: request.csr });
    const { bytes } = await ask(post(again.message));
    expect(serialOf(readReply(bytes, again, ra))).toBe(serialOf(reply()));
    expect(ca.orders).toHaveLength(1);
  });

  it('Q-13 answers a grant with SUCCESS, a refusal with FAILURE and a slow CA with PENDING', async () => {
    const verdicts = [
      await exchange(),
      await exchange({ challenge: 'WRONG' }),
      await exchange({}, { held: true }),
    ].map(({ verdict }) => verdict.split(' ')[0]);
    expect(verdicts).toEqual(['SUCCESS', 'FAILURE', 'PENDING']);
  });

  it.each([
    ['is invalid', { corruptSignature: true }],
    ['is by another key', { signWith: other.privateKey }],
    ['of an EC key is invalid', { key: ecKey(), corruptSignature: true }],
    ['is over MD5', { digest: 'md5' }],
  ] as const)('Q-15 refuses a CSR whose self-signature %s', async (_, csr) => {
    await refuses({ key: device, csr }, unreadable);
  });

  it('Q-14 accepts a CSR with a signature by its own key, even over SHA-1', async () => {
    expect((await exchange({ csr: { digest: 'sha1' } })).verdict).toBe('SUCCESS');
  });

  it('Q-16 returns the same certificate to a new transaction after a lost answer', async () => {
    const { ra, challenge, tell, ca, request } = await exchange();
    const resync = pkcsReq({ ra, challenge, csrBytes: request.csr, transactionId: 'resync' });
    expect(await tell(resync.message)).toBe('SUCCESS');
    expect(ca.orders).toHaveLength(1);
  });
});
