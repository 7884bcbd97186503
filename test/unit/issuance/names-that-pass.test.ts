/**
 * Random names of every kind and string type. The emulated CA issues every name that the profile
 * passes, and the certificate passes lint.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIssuedCertificate } from '../../../lambda/asn1/issued-certificate.ts';
import { findDifference } from '../../../lambda/issuance/lint.ts';
import { toCertificateOrder } from '../../../lambda/issuance/order.ts';
import { readCertificationRequest } from '../../../lambda/message/certification-request.ts';
import { type Enrolment, readEnrolment } from '../../../lambda/message/enrolment.ts';
import type { PkiMessage } from '../../../lambda/message/pki-message.ts';
import { decide, type Grant } from '../../../lambda/policy/grant.ts';
import { defaultProfile, type Profile } from '../../../lambda/policy/profile.ts';
import { buildCsr, type CsrOptions } from '../../support/kit/csr.ts';
import { subjectAltName } from '../../support/kit/extensions.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { randomGeneralNames, randomSubjects } from '../../support/kit/random-names.ts';
import { blankTemplate, openCa } from '../local/acm-pca-kit.ts';

const key = rsaKey();

/** A profile that allows everything that it can. */
const open: Profile = {
  ...defaultProfile,
  subject: { ...defaultProfile.subject, '1.3.6.1.4.1.99.1': ['*'] },
  alternativeNames: { dns: ['*'], email: ['*'], uri: ['*'], ip: ['*'], upn: ['*'] },
};

const challenge = {
  key: 'test#c1',
  record: {
    id: 'test#c1',
    connectorId: 'test',
    challengeId: 'c1',
    sealedPassword: new Uint8Array(),
    createdAtSeconds: 0,
  },
};

function enrolled(options: CsrOptions): Enrolment {
  const signer = { subjectPublicKeyInfo: key.spki };
  const message = { replyTo: { transactionId: 'one', signer } } as unknown as PkiMessage;
  return readEnrolment('test', message, readCertificationRequest(buildCsr({ key, ...options })));
}

/** The Grant for a request, or the code of the refusal. */
async function decided(options: CsrOptions, profile: Profile): Promise<Grant | string> {
  try {
    const quirks = { allowSignerKeyMismatch: false };
    return await decide(enrolled(options), 1, {
      ...{ profile, quirks, nowSeconds: 0, challenge },
      authorityNotAfterSeconds: 1e10,
    });
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code === undefined) throw error;
    return code;
  }
}

/** Orders a certificate from the emulated CA, and compares it with a Grant. */
async function differenceOf(
  grant: Grant,
  ca: Awaited<ReturnType<typeof openCa>>,
  ordered: Grant = grant,
): Promise<string | undefined> {
  const { request, passthrough, validityDays } = toCertificateOrder(ordered, 'SHA256WITHECDSA', 0);
  const lines = Buffer.from(request).toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${lines}\n-----END CERTIFICATE REQUEST-----\n`;
  const certificate = await ca.issued({
    Csr: Buffer.from(pem).toString('base64'),
    TemplateArn: blankTemplate,
    Validity: { Type: 'DAYS', Value: validityDays },
    ApiPassthrough: passthrough,
  });
  return findDifference(grant, parseIssuedCertificate(certificate.toString()));
}

describe('names that the profile passes', () => {
  it('are issued by the CA and pass lint', async () => {
    const ca = await openCa();
    const passed = { granted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        randomSubjects,
        fc.array(randomGeneralNames, { maxLength: 2 }),
        async (subject, names) => {
          const extensions = names.length > 0 ? [subjectAltName(names)] : [];
          const grant = await decided({ subject, extensions }, open);
          if (typeof grant === 'string') {
            passed.refused += 1;
            expect(grant).toMatch(/^(Subject|AlternativeName)Refused$/);
            return;
          }
          passed.granted += 1;
          expect(await differenceOf(grant, ca)).toBeUndefined();
        },
      ),
      { numRuns: 2000, seed: 12 },
    );
    // A property of an empty set always holds.
    expect(passed.granted).toBeGreaterThan(150);
    expect(passed.refused).toBeGreaterThan(150);
  });
});

describe('a profile’s settings beside names', () => {
  const saying: Profile = {
    ...open,
    add: { subject: { O: 'Example Ltd' }, alternativeNames: { dns: ['{CN}.example.com'] } },
    keyUsage: ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment'],
    extendedKeyUsage: ['clientAuth', 'smartCardLogon', 'documentSigning', '1.3.6.1.5.5.7.3.17'],
    certificatePolicies: [
      { oid: '1.3.6.1.4.1.99.2.1' },
      { oid: '1.3.6.1.4.1.99.2.2', cpsUri: 'https://pki.example.com/cps' },
    ],
    validityDays: 30,
  };
  const granted = async (profile: Profile): Promise<Grant> => {
    const grant = await decided({}, profile);
    if (typeof grant === 'string') throw new Error(grant);
    return grant;
  };

  it('are issued by the CA and pass lint', async () => {
    const ca = await openCa();
    expect(await differenceOf(await granted(saying), ca)).toBeUndefined();
  });

  it.each<[string, Partial<Profile>]>([
    ['subject', { add: { alternativeNames: { dns: ['{CN}.example.com'] } } }],
    ['alternativeNames', { add: { subject: { O: 'Example Ltd' } } }],
    ['keyUsage', { keyUsage: ['digitalSignature'] }],
    ['extendedKeyUsage', { extendedKeyUsage: ['clientAuth'] }],
    ['certificatePolicies', { certificatePolicies: [] }],
    [
      'certificatePolicies',
      { certificatePolicies: [{ oid: '1.3.6.1.4.1.99.2.1' }, { oid: '1.3.6.1.4.1.99.2.2' }] },
    ],
    ['validity', { validityDays: 20 }],
  ])('fail lint in %s against the Grant of another profile', async (part, other) => {
    const ca = await openCa();
    const grant = await granted({ ...saying, ...other });
    const ordered = await granted(saying);
    expect(await differenceOf(grant, ca, ordered)).toBe(part);
  });
});
