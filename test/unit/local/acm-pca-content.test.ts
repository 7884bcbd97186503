import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/local/emulators/aws-service.ts';
import { extension } from '../../support/kit/extensions.ts';
import { name } from '../../support/kit/names.ts';
import { csrBlob, openCa, refusal } from './acm-pca-kit.ts';
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
} from './acm-pca-orders.ts';

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
