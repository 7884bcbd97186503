import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/local/emulators/aws-service.ts';
import { extension } from '../../support/kit/extensions.ts';
import { name } from '../../support/kit/names.ts';
import { csrBlob, openCa, refusal } from './acm-pca-kit.ts';

const x = (count: number) => 'x'.repeat(count);
const times = <Item>(count: number, item: Item): Item[] =>
  Array.from({ length: count }, () => item);

const subject = (Subject: Json): Json => ({ ApiPassthrough: { Subject } });
const extensions = (Extensions: Json): Json => ({
  ApiPassthrough: { Subject: { CommonName: 'device' }, Extensions },
});
const alternativeName = (...SubjectAlternativeNames: Json[]) =>
  extensions({ SubjectAlternativeNames });
const customAttribute = (ObjectIdentifier: string, Value: unknown = 'x') =>
  subject({ CustomAttributes: [{ ObjectIdentifier, Value }] });
const usage = (...ExtendedKeyUsage: Json[]) => extensions({ ExtendedKeyUsage });
const custom = (changes: Json) =>
  extensions({ CustomExtensions: [{ ObjectIdentifier: '1.2.3.4', Value: 'BQA=', ...changes }] });
const policy = (...PolicyQualifiers: Json[]) =>
  extensions({ CertificatePolicies: [{ CertPolicyId: '1.2.3', PolicyQualifiers }] });
const cps = (CpsUri: unknown) => ({ PolicyQualifierId: 'CPS', Qualifier: { CpsUri } });

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

describe('content that no certificate can have', () => {
  it.each<[string, Json]>([
    ['a name of two kinds', alternativeName({ DnsName: 'a', Rfc822Name: 'a@b' })],
    ['a name of no kind', alternativeName({})],
    [
      'a usage that has a type and an OID',
      usage({ ExtendedKeyUsageType: 'CLIENT_AUTH', ExtendedKeyUsageObjectIdentifier: '1.2.3' }),
    ],
    ['a usage that has neither', usage({})],
    ['key usages that are all off', extensions({ KeyUsage: { DigitalSignature: false } })],
    ['an empty common name', subject({ CommonName: '' })],
    ['an empty DNS name', alternativeName({ DnsName: '' })],
    ['an empty directory name', alternativeName({ DirectoryName: {} })],
    ['a DNS name with an umlaut', alternativeName({ DnsName: 'münchen.example' })],
    ['a mail address with an umlaut', alternativeName({ Rfc822Name: 'ü@example.com' })],
    ['a URI with an umlaut', alternativeName({ UniformResourceIdentifier: 'https://ü.example' })],
    ['a domain component with an umlaut', customAttribute('0.9.2342.19200300.100.1.25', 'münchen')],
    [
      'an email address of the subject with an umlaut',
      customAttribute('1.2.840.113549.1.9.1', 'ü@example.com'),
    ],
    ['a custom serial number with an underscore', customAttribute('2.5.4.5', 'AB_12')],
    ['an IP address with a letter', alternativeName({ IpAddress: '192.0.2.x' })],
    ['a custom extension that is not DER', custom({ Value: 'BQE=' })],
    ['a custom extension of two elements', custom({ Value: 'BQAFAA==' })],
    [
      'a duplicate custom extension',
      extensions({ CustomExtensions: times(2, { ObjectIdentifier: '1.2.3', Value: 'BQA=' }) }),
    ],
    [
      'an extended key usage and a custom extension for it',
      extensions({
        ExtendedKeyUsage: [{ ExtendedKeyUsageType: 'CLIENT_AUTH' }],
        CustomExtensions: [{ ObjectIdentifier: '2.5.29.37', Value: 'MAA=' }],
      }),
    ],
    [
      'alternative names and a custom extension for them',
      extensions({
        SubjectAlternativeNames: [{ DnsName: 'a.example' }],
        CustomExtensions: [{ ObjectIdentifier: '2.5.29.17', Value: 'MAA=' }],
      }),
    ],
  ])('is refused: %s', async (_what, changes) => {
    const { issue } = await openCa();
    await expect(issue(changes)).rejects.toMatchObject(refusal('InvalidArgsException'));
  });
});

describe('content of the service model', () => {
  /** The hexadecimal text of the certificate. */
  const issuedHex = async (changes: Json): Promise<string> =>
    (await (await openCa()).issued(changes)).raw.toString('hex');
  const hexOf = (text: string) => Buffer.from(text).toString('hex');

  it.each<[string, Json, string]>([
    // id-at-serialNumber, PrintableString.
    ['a serial number', subject({ SerialNumber: 'AB-12' }), `06035504051305${hexOf('AB-12')}`],
    // id-domainComponent, IA5String.
    [
      'a domain component',
      customAttribute('0.9.2342.19200300.100.1.25', 'example'),
      `060a0992268993f22c6401191607${hexOf('example')}`,
    ],
    // unstructuredName of PKCS#9, UTF8String.
    [
      'a custom attribute by its OID',
      customAttribute('1.2.840.113549.1.9.2', 'r1'),
      `06092a864886f70d0109020c02${hexOf('r1')}`,
    ],
    // otherName [0]: the OID of a user principal name, [0] UTF8String.
    [
      'an OtherName',
      alternativeName({ OtherName: { TypeId: '1.3.6.1.4.1.311.20.2.3', Value: 'a@b' } }),
      'a013060a2b060104018237140203a0050c03614062',
    ],
    ['a mail address', alternativeName({ Rfc822Name: 'a@b' }), `8103${hexOf('a@b')}`],
    ['a DNS name', alternativeName({ DnsName: 'a.b' }), `8203${hexOf('a.b')}`],
    // directoryName [4], explicit: a Name with CN=x.
    [
      'a directory name',
      alternativeName({ DirectoryName: { CommonName: 'x' } }),
      'a40e300c310a300806035504030c0178',
    ],
    // ediPartyName [5]: nameAssigner [0] and partyName [1], each a UTF8String.
    [
      'an EDI party',
      alternativeName({ EdiPartyName: { NameAssigner: 'a', PartyName: 'p' } }),
      'a50aa0030c0161a1030c0170',
    ],
    ['a URI', alternativeName({ UniformResourceIdentifier: 'u:x' }), `8603${hexOf('u:x')}`],
    ['an IPv4 address', alternativeName({ IpAddress: '192.0.2.7' }), '8704c0000207'],
    [
      'an IPv6 address',
      alternativeName({ IpAddress: '2001:db8::7' }),
      '871020010db8000000000000000000000007',
    ],
    ['a registered id', alternativeName({ RegisteredId: '1.2.3' }), '88022a03'],
    // Each usage of the nine, by its bit; critical.
    [
      'all key usages',
      extensions({
        KeyUsage: Object.fromEntries(
          [
            'DigitalSignature',
            'NonRepudiation',
            'KeyEncipherment',
            'DataEncipherment',
            'KeyAgreement',
            'KeyCertSign',
            'CRLSign',
            'EncipherOnly',
            'DecipherOnly',
          ].map((one) => [one, true]),
        ),
      }),
      '0603551d0f0101ff0405030307ff80',
    ],
    [
      'nonRepudiation and dataEncipherment',
      extensions({ KeyUsage: { NonRepudiation: true, DataEncipherment: true } }),
      '0603551d0f0101ff040403020450',
    ],
    [
      'a usage by its OID',
      usage({ ExtendedKeyUsageObjectIdentifier: '1.3.6.1.5.5.8.2.2' }),
      '300a06082b06010505080202',
    ],
    // 1.2.3, without qualifiers.
    [
      'a policy',
      extensions({ CertificatePolicies: [{ CertPolicyId: '1.2.3' }] }),
      '0603551d2004083006300406022a03',
    ],
    ['a custom extension', custom({}), '06032a030404020500'],
    ['a critical custom extension', custom({ Critical: true }), '06032a03040101ff04020500'],
  ])('is in the certificate: %s', async (_what, changes, der) => {
    expect(await issuedHex(changes)).toContain(der);
  });

  it.each([
    ['SERVER_AUTH', '1.3.6.1.5.5.7.3.1'],
    ['CLIENT_AUTH', '1.3.6.1.5.5.7.3.2'],
    ['CODE_SIGNING', '1.3.6.1.5.5.7.3.3'],
    ['EMAIL_PROTECTION', '1.3.6.1.5.5.7.3.4'],
    ['TIME_STAMPING', '1.3.6.1.5.5.7.3.8'],
    ['OCSP_SIGNING', '1.3.6.1.5.5.7.3.9'],
    ['SMART_CARD_LOGIN', '1.3.6.1.4.1.311.20.2.2'],
    ['DOCUMENT_SIGNING', '1.3.6.1.5.5.7.3.36'],
    ['CERTIFICATE_TRANSPARENCY', '1.3.6.1.4.1.11129.2.4.4'],
  ])('is in the certificate: the usage %s', async (ExtendedKeyUsageType, id) => {
    const { issued } = await openCa();
    expect((await issued(usage({ ExtendedKeyUsageType }))).keyUsage).toEqual([id]);
  });

  it('puts a policy with its qualifier into the certificate', async () => {
    // certificatePolicies: 1.2.3 with id-qt-cps and the IA5String "u:x".
    const qualifiers = '3011300f06082b060105050702011603753a78';
    expect(await issuedHex(policy(cps('u:x')))).toContain(`301706022a03${qualifiers}`);
  });

  it('replaces the alternative names of the request with a custom extension', async () => {
    const inRequest = extension('2.5.29.17', false, Buffer.from('3003820161', 'hex'));
    const Csr = csrBlob({ extensions: [inRequest], subject: name() });
    const Value = Buffer.from('3003820162', 'hex').toString('base64');
    const { issued } = await openCa();
    const Extensions = {
      CustomExtensions: [{ ObjectIdentifier: '2.5.29.17', Value, Critical: true }],
    };
    const certificate = await issued({ Csr, ApiPassthrough: { Extensions } });
    expect(certificate.subjectAltName).toBe('DNS:b');
  });

  it('is ignored by templates without ApiPassthrough', async () => {
    const TemplateArn = 'arn:aws:acm-pca:::template/EndEntityCertificate/V1';
    const { issued } = await openCa();
    expect((await issued({ ...subject({ CommonName: 'other' }), TemplateArn })).subject).toBe(
      'CN=device',
    );
  });
});
