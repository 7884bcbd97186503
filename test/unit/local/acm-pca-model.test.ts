import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/local/emulators/aws-service.ts';
import { openCa, refusal } from './acm-pca-kit.ts';
import {
  alternativeName,
  cps,
  custom,
  customAttribute,
  extensions,
  policy,
  subject,
  times,
  usage,
  x,
} from './acm-pca-orders.ts';

/** Each limited text, at its limit and one character above it. */
const limits: readonly (readonly [string, number, (text: string) => Json])[] = [
  ...(
    [
      ['Organization', 64],
      ['OrganizationalUnit', 64],
      ['DistinguishedNameQualifier', 64],
      ['State', 128],
      ['CommonName', 64],
      ['SerialNumber', 64],
      ['Locality', 128],
      ['Title', 64],
      ['Surname', 40],
      ['GivenName', 16],
      ['Initials', 5],
      ['Pseudonym', 128],
      ['GenerationQualifier', 3],
    ] as const
  ).map(
    ([member, maxCharacters]) =>
      [member, maxCharacters, (text: string) => subject({ [member]: text })] as const,
  ),
  ['a custom attribute', 256, (text) => customAttribute('2.5.4.3', text)],
  ['Rfc822Name', 256, (Rfc822Name) => alternativeName({ Rfc822Name })],
  ['DnsName', 253, (DnsName) => alternativeName({ DnsName })],
  ['UniformResourceIdentifier', 253, (uri) => alternativeName({ UniformResourceIdentifier: uri })],
  ['OtherName', 256, (Value) => alternativeName({ OtherName: { TypeId: '1.2.3', Value } })],
  ['PartyName', 256, (PartyName) => alternativeName({ EdiPartyName: { PartyName } })],
  [
    'NameAssigner',
    256,
    (NameAssigner) => alternativeName({ EdiPartyName: { PartyName: 'x', NameAssigner } }),
  ],
  ['CpsUri', 256, (uri) => policy(cps(uri))],
];

describe('a limit of the service model', () => {
  it.each(limits)('allows %s at most %i characters', async (_what, maxCharacters, requestOf) => {
    const { issue } = await openCa();
    await expect(issue(requestOf(x(maxCharacters)))).resolves.toBeDefined();
    const over = issue(requestOf(x(maxCharacters + 1)));
    await expect(over).rejects.toMatchObject(refusal('ValidationException'));
    await expect(over).rejects.toThrow(`length less than or equal to ${maxCharacters}`);
  });

  it('counts characters, not octets or UTF-16 units', async () => {
    const { issue } = await openCa();
    await expect(issue(subject({ GivenName: '𝒳'.repeat(16) }))).resolves.toBeDefined();
  });

  it.each<[string, number, (count: number) => Json]>([
    ['names', 150, (count) => alternativeName(...times(count, { DnsName: 'a.example' }))],
    [
      'custom attributes',
      150,
      (count) =>
        subject({ CustomAttributes: times(count, { ObjectIdentifier: '2.5.4.11', Value: 'x' }) }),
    ],
    ['usages', 20, (count) => usage(...times(count, { ExtendedKeyUsageType: 'CLIENT_AUTH' }))],
    [
      'policies',
      20,
      (count) => extensions({ CertificatePolicies: times(count, { CertPolicyId: '1.2.3' }) }),
    ],
    ['qualifiers', 20, (count) => policy(...times(count, cps('https://example.com')))],
    [
      'custom extensions',
      150,
      (count) =>
        extensions({
          CustomExtensions: times(count, 0).map((_, index) => ({
            ObjectIdentifier: `1.2.3.${index}`,
            Value: 'BQA=',
          })),
        }),
    ],
  ])('of %s there are 1 to %i', async (_what, maxCharacters, requestOf) => {
    const { issue } = await openCa();
    await expect(issue(requestOf(1))).resolves.toBeDefined();
    await expect(issue(requestOf(maxCharacters))).resolves.toBeDefined();
    for (const count of [0, maxCharacters + 1])
      await expect(issue(requestOf(count))).rejects.toMatchObject(refusal('ValidationException'));
  });

  it.each<[string, Json]>([
    ['a country of three letters', subject({ Country: 'SWE' })],
    ['a country of one digit', subject({ Country: '1' })],
    ['a serial number with an underscore', subject({ SerialNumber: 'AB_12' })],
    ['a name qualifier with an asterisk', subject({ DistinguishedNameQualifier: '*' })],
    ['an attribute whose OID has one arc', customAttribute('2')],
    ['an attribute whose OID begins with 3', customAttribute('3.1.2')],
    ['an attribute whose second arc is over 39', customAttribute('1.40.1')],
    ['an attribute whose OID is a name', customAttribute('commonName')],
    [
      'an attribute whose OID has 65 characters',
      customAttribute(`1.2.${x(61).replaceAll('x', '3')}`),
    ],
    ['an empty custom attribute', customAttribute('2.5.4.3', '')],
    [
      'a custom attribute without a value',
      subject({ CustomAttributes: [{ ObjectIdentifier: '2.5.4.3' }] }),
    ],
    ['a custom attribute without an OID', subject({ CustomAttributes: [{ Value: 'x' }] })],
    ['an attribute that the model does not have', subject({ EmailAddress: 'a@example.com' })],
    ['an unknown type of usage', usage({ ExtendedKeyUsageType: 'ANY' })],
    [
      'a usage whose OID ends with a full stop',
      usage({ ExtendedKeyUsageObjectIdentifier: '1.2.' }),
    ],
    ['a policy without an OID', extensions({ CertificatePolicies: [{}] })],
    [
      'a qualifier that is not CPS',
      policy({ ...cps('https://a.example'), PolicyQualifierId: 'NOTICE' }),
    ],
    ['a qualifier without its URI', policy({ PolicyQualifierId: 'CPS', Qualifier: {} })],
    ['an unknown key usage', extensions({ KeyUsage: { Everything: true } })],
    ['a custom extension without a value', custom({ Value: undefined })],
    ['a custom extension that is not base64', custom({ Value: 'BQA' })],
    ['a custom extension of over 4,096 characters', custom({ Value: 'A'.repeat(4100) })],
    ['an OtherName without a value', alternativeName({ OtherName: { TypeId: '1.2.3' } })],
    ['an EdiPartyName without a party', alternativeName({ EdiPartyName: { NameAssigner: 'x' } })],
    ['an IP address of over 39 characters', alternativeName({ IpAddress: x(40) })],
    ['a registered id that is not an OID', alternativeName({ RegisteredId: 'x' })],
    ['an extension that the model does not have', extensions({ NameConstraints: {} })],
    ['an empty CSR', { Csr: '' }],
    ['no validity', { Validity: undefined }],
    ['a validity of an unknown type', { Validity: { Type: 'WEEKS', Value: 1 } }],
    ['an unknown signing algorithm', { SigningAlgorithm: 'SHA1WITHRSA' }],
    ['an ARN of another service', { TemplateArn: 'arn:aws:s3:::bucket' }],
    ['a token with a letter over U+00FF', { IdempotencyToken: 'ā' }],
  ])('it refuses %s', async (_what, changes) => {
    const { issue } = await openCa();
    await expect(issue(changes)).rejects.toMatchObject(refusal('ValidationException'));
  });

  it.each<[string, Json]>([
    ['a number instead of a text', subject({ CommonName: 7 })],
    ['a text instead of a flag', extensions({ KeyUsage: { DigitalSignature: 'true' } })],
    ['a text instead of a list', extensions({ ExtendedKeyUsage: 'CLIENT_AUTH' })],
    ['a list instead of a structure', { ApiPassthrough: [] }],
    ['a fraction instead of a whole number', { Validity: { Type: 'DAYS', Value: 1.5 } }],
  ])('it does not read %s', async (_what, changes) => {
    const { issue } = await openCa();
    await expect(issue(changes)).rejects.toMatchObject(refusal('SerializationException'));
  });

  it('produces an error that counts every fault and names its place, without the value', async () => {
    const { issue } = await openCa();
    const changes = subject({ CommonName: x(65), Country: 'SECRET' });
    await expect(issue(changes)).rejects.toThrow(
      /^3 validation errors detected: .*'apiPassthrough\.subject\.country'/,
    );
    await expect(issue(changes)).rejects.toThrow(/^(?!.*SECRET)/);
  });
});
