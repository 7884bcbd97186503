/**
 * Refusals of policy, end to end: each leaves one log line with its code, no order for the CA, and
 * an unused challenge.
 */
import { describe, expect, it } from 'vitest';
import { secretsIn } from '../../hostile/target.ts';
import { type CsrOptions, csrAttribute } from '../../support/kit/csr.ts';
import {
  asnNull,
  octetString,
  oid,
  sequence,
  setAsGiven,
  stringTypes,
  tlv,
} from '../../support/kit/der.ts';
import {
  basicConstraints,
  extendedKeyUsage,
  extension,
  generalName,
  keyUsage,
  microsoftSid,
  subjectAltName,
} from '../../support/kit/extensions.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { cn, name } from '../../support/kit/names.ts';
import { oids } from '../../support/kit/oids.ts';
import { pkcsReq } from '../../support/kit/pkcs-req.ts';
import { type ExchangeOptions, exchange } from '../http/exchange.ts';
import type { ServiceOptions } from '../http/service.ts';

const dnsProfile: ServiceOptions = { profile: { alternativeNames: { dns: ['*.example'] } } };
const withExtensions = (...extensions: readonly Uint8Array[]): CsrOptions => ({ extensions });
const san = (...names: readonly Uint8Array[]) => withExtensions(subjectAltName(names));
const twoRequests = [1, 2].map(() =>
  csrAttribute(oids.extensionRequest, sequence(keyUsage(['digitalSignature']))),
);

/** A CSR with these options and the challenge. */
const csr =
  (options: CsrOptions) =>
  (challenge: string): ExchangeOptions => ({
    csr: { challenges: [challenge], ...options },
  });

const cases: readonly (readonly [string, string, (challenge: string) => ExchangeOptions])[] = [
  ['an empty subject', 'SubjectRefused', csr({ subject: name() })],
  [
    'an unknown attribute',
    'SubjectRefused',
    csr({ subject: name(cn('a'), { type: '1.3.6.1.4.1.99.1', value: 'b' }) }),
  ],
  ['two CNs', 'SubjectRefused', csr({ subject: name(cn('a'), cn('b')) })],
  ['a bidi control character', 'SubjectRefused', csr({ subject: name(cn('a\u202eb')) })],
  ['a NUL character', 'SubjectRefused', csr({ subject: name(cn('a\0b', 'printable')) })],
  ['a CN of 65 characters', 'SubjectRefused', csr({ subject: name(cn('x'.repeat(65))) })],
  [
    'a CN that is not UTF-8',
    'SubjectRefused',
    csr({
      subject: sequence(setAsGiven(sequence(oid('2.5.4.3'), tlv(0x0c, Uint8Array.of(0xff))))),
    }),
  ],
  [
    'a CN in an OCTET STRING',
    'SubjectRefused',
    csr({
      subject: sequence(setAsGiven(sequence(oid('2.5.4.3'), octetString(Uint8Array.of(65))))),
    }),
  ],
  ['a DNS name off the profile', 'AlternativeNameRefused', csr(san(generalName.dns('a.test')))],
  [
    'two DNS names if one is off the profile',
    'AlternativeNameRefused',
    csr(san(generalName.dns('a.example'), generalName.dns('a.test'))),
  ],
  ['a DNS wildcard', 'AlternativeNameRefused', csr(san(generalName.dns('*.example')))],
  ['a UPN', 'AlternativeNameRefused', csr(san(generalName.upn('admin@corp.example')))],
  ['a directory name', 'AlternativeNameRefused', csr(san(generalName.directory(name(cn('a')))))],
  ['a registered id', 'AlternativeNameRefused', csr(san(generalName.registeredId('1.2.3')))],
  [
    'an email address off the profile',
    'AlternativeNameRefused',
    csr(san(generalName.email('a@b.example'))),
  ],
  ['an address off the profile', 'AlternativeNameRefused', csr(san(generalName.ip(192, 0, 2, 1)))],
  ['an address of three octets', 'AlternativeNameRefused', csr(san(generalName.ip(192, 0, 2)))],
  ['a SAN without a name', 'AlternativeNameRefused', csr(san())],
  ['CA:TRUE', 'ExtensionRefused', csr(withExtensions(basicConstraints(true)))],
  ['keyCertSign', 'ExtensionRefused', csr(withExtensions(keyUsage(['keyCertSign'])))],
  ['cRLSign', 'ExtensionRefused', csr(withExtensions(keyUsage(['digitalSignature', 'cRLSign'])))],
  [
    'an unknown critical extension',
    'ExtensionRefused',
    csr(withExtensions(extension('1.2.3.4', true, asnNull()))),
  ],
  [
    'a repeated extension',
    'ExtensionRefused',
    csr(withExtensions(keyUsage(['digitalSignature']), keyUsage(['keyEncipherment']))),
  ],
  ['two extension requests', 'ExtensionRefused', csr({ attributes: twoRequests })],
  ['RSA of 1024 bits', 'KeyRefused', (challenge) => ({ key: rsaKey(1024), challenge })],
  [
    'a challenge that is not text',
    'AttributeRefused',
    () => ({
      csr: {
        challenges: [],
        attributes: [csrAttribute(oids.challengePassword, octetString(Uint8Array.of(65)))],
      },
    }),
  ],
  ['an empty challenge', 'ChallengeMissing', () => ({ csr: { challenges: [''] } })],
  [
    'a challenge without a value',
    'ChallengeMissing',
    () => ({ csr: { challenges: [], attributes: [csrAttribute(oids.challengePassword)] } }),
  ],
  [
    'a challenge with a line break',
    'ChallengeMissing',
    (challenge) => ({ csr: { challenges: [`${challenge}\n`] } }),
  ],
  ['a wrong challenge', 'ChallengeUnknown', () => ({ challenge: 'WRONG' })],
];

/** The verdict on a request. A first exchange creates the service and the challenge. */
async function refusalOf(make: (challenge: string) => ExchangeOptions) {
  const setUp = await exchange({ messageType: '18' }, dnsProfile);
  const { ra, challenge, lines, tell, ca } = setUp;
  const request = pkcsReq({ ra, ...make(challenge) });
  const linesBefore = lines.length;
  const verdict = await tell(request.message);
  const written = lines.slice(linesBefore);
  return {
    ...setUp,
    verdict,
    written,
    orders: ca.orders.length,
    secrets: secretsIn(written, challenge, request.csr),
  };
}

describe('policy refuses', () => {
  it.each(cases)('%s: %s', async (_, code, make) => {
    const { verdict, written, orders, secrets, leavesChallengeGood } = await refusalOf(make);
    expect(verdict).toBe(`FAILURE badRequest ${code}`);
    expect([written.length, orders, secrets]).toEqual([1, 0, []]);
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ outcome: 'refused', code });
    expect(await leavesChallengeGood()).toBe(true);
  });
});

describe('policy grants', () => {
  const standard = {
    KeyUsage: { DigitalSignature: true, KeyEncipherment: true },
    ExtendedKeyUsage: [{ ExtendedKeyUsageType: 'CLIENT_AUTH' }],
  };
  const withChallenge = async (options: CsrOptions, profile = dnsProfile) => {
    const { ra, challenge, tell, ca } = await exchange({ messageType: '18' }, profile);
    const verdict = await tell(
      pkcsReq({ ra, challenge, csr: { challenges: [challenge], ...options } }).message,
    );
    return { verdict, passthrough: ca.orders[0]?.passthrough };
  };

  it.each<[string, CsrOptions]>([
    ['CA:FALSE, as OpenSSL writes it', withExtensions(basicConstraints(false))],
    [
      'an unknown extension that is not critical',
      withExtensions(extension('1.2.3.4', false, asnNull())),
    ],
    ['a Microsoft SID', withExtensions(microsoftSid('S-1-5-21-1-2-3-500'))],
    [
      'a template name',
      withExtensions(extension('1.3.6.1.4.1.311.20.2', false, stringTypes.bmp('Admin'))),
    ],
    ['a distribution point', withExtensions(extension('2.5.29.31', false, sequence()))],
    [
      'other extended usages',
      withExtensions(extendedKeyUsage('2.5.29.37.0', '1.3.6.1.4.1.311.20.2.2')),
    ],
    ['another key usage', withExtensions(keyUsage(['keyAgreement']))],
  ])('a request with %s, and leaves that out of the order', async (_, options) => {
    const { verdict, passthrough } = await withChallenge(options);
    expect(verdict).toBe('SUCCESS');
    expect(passthrough?.Extensions).toEqual(standard);
  });

  it('the requested names, and sends each of them to the CA', async () => {
    const names = [generalName.dns('a.example'), generalName.dns('b.example')];
    const { verdict, passthrough } = await withChallenge(san(...names));
    expect(verdict).toBe('SUCCESS');
    expect(passthrough).toEqual({
      Subject: { CommonName: 'device' },
      Extensions: {
        ...standard,
        SubjectAlternativeNames: [{ DnsName: 'a.example' }, { DnsName: 'b.example' }],
      },
    });
  });
});
