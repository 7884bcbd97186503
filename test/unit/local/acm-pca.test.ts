import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { extension, generalName, subjectAltName } from '../../support/kit/extensions.ts';
import { ecKey } from '../../support/kit/keys.ts';
import { cn, name } from '../../support/kit/names.ts';
import {
  blankTemplate,
  caArn,
  csrBlob,
  model,
  openCa,
  refusal,
  templateArn,
} from './acm-pca-kit.ts';
import { listFaults } from './service-model.ts';

const serverAuth = '1.3.6.1.5.5.7.3.1';
const clientAuth = '1.3.6.1.5.5.7.3.2';
const names = (...names: string[]) =>
  csrBlob({ extensions: [subjectAltName(names.map(generalName.dns))] });
const hex = (certificate: X509Certificate) => certificate.raw.toString('hex');

describe('the model of ACM PCA', () => {
  it('checks the calls of every test', () => {
    expect(listFaults(model, 'IssueCertificateRequest', { Csr: 7 })).toContain(
      'IssueCertificateRequest.Csr: not base64',
    );
  });
});

describe('IssueCertificate', () => {
  it('returns before the certificate is available', async () => {
    const { issue, get, pass } = await openCa({ delaySeconds: 2 });
    const { CertificateArn } = await issue();
    await expect(get(CertificateArn)).rejects.toMatchObject(refusal('RequestInProgressException'));
    pass(2);
    expect((await get(CertificateArn)).subject).toBe('CN=device');
  });

  it('issues one certificate per token within five minutes, and another one later', async () => {
    const { issue, pass } = await openCa();
    const first = await issue({ IdempotencyToken: 'once' });
    pass(299);
    expect(await issue({ IdempotencyToken: 'once' })).toEqual(first);
    pass(1);
    expect(await issue({ IdempotencyToken: 'once' })).not.toEqual(first);
  });

  it('is throttled above its rate', async () => {
    const { issue, pass } = await openCa({ issueRatePerSecond: 2 });
    await issue();
    await issue();
    await expect(issue()).rejects.toMatchObject(refusal('ThrottlingException'));
    pass(0.5);
    await expect(issue()).resolves.toBeDefined();
  });

  it('uses every name and usage of ApiPassthrough', async () => {
    const { issued, ca } = await openCa();
    const certificate = await issued({
      Csr: names('from.request'),
      ApiPassthrough: {
        Subject: { Country: 'SE', Organization: 'Example', CommonName: 'from api' },
        Extensions: {
          KeyUsage: { DigitalSignature: true, KeyEncipherment: true },
          ExtendedKeyUsage: [{ ExtendedKeyUsageType: 'CLIENT_AUTH' }],
          SubjectAlternativeNames: [
            { DnsName: 'a.example' },
            { IpAddress: '2001:db8::1' },
            { Rfc822Name: 'a@b.c' },
          ],
          CustomExtensions: [{ ObjectIdentifier: '1.2.3.4', Value: 'BQA=', Critical: false }],
        },
      },
    });
    expect(certificate.subject).toBe('C=SE\nO=Example\nCN=from api');
    expect(certificate.subjectAltName).toBe(
      'DNS:a.example, IP Address:2001:DB8:0:0:0:0:0:1, email:a@b.c',
    );
    expect(certificate.keyUsage).toEqual([clientAuth]);
    // KeyUsage, critical, digitalSignature and keyEncipherment; then 1.2.3.4 with NULL.
    expect(hex(certificate)).toContain('0603551d0f0101ff0404030205a0');
    expect(hex(certificate)).toContain('06032a030404020500');
    const root = new X509Certificate(ca.authorities.find(caArn).certificatePem ?? '');
    expect(certificate.verify(root.publicKey)).toBe(true);
    expect(certificate.checkIssued(root)).toBe(true);
  });

  it('copies subject and alternative names of the request if ApiPassthrough has none', async () => {
    const { issued } = await openCa();
    const certificate = await issued({
      Csr: names('from.request'),
      ApiPassthrough: { Subject: { CommonName: 'x' } },
    });
    expect([certificate.subject, certificate.subjectAltName]).toEqual(['CN=x', 'DNS:from.request']);
  });

  it('copies no other extension of the request', async () => {
    const { issued } = await openCa();
    const requested = extension('2.5.29.37', false, Buffer.from('300a06082b06010505070301', 'hex'));
    const certificate = await issued({ Csr: csrBlob({ extensions: [requested] }) });
    expect(certificate.keyUsage).toBeUndefined();
  });

  it.each([
    [undefined, [serverAuth, clientAuth]],
    [templateArn('EndEntityCertificate'), [serverAuth, clientAuth]],
    [templateArn('EndEntityClientAuthCertificate_APIPassthrough'), [clientAuth]],
    [blankTemplate, [serverAuth]],
  ])('lets template %s rule over ApiPassthrough', async (TemplateArn, purposes) => {
    const { issued } = await openCa();
    const Extensions = { ExtendedKeyUsage: [{ ExtendedKeyUsageType: 'SERVER_AUTH' }] };
    const certificate = await issued({ TemplateArn, ApiPassthrough: { Extensions } });
    expect(certificate.keyUsage).toEqual(purposes);
  });

  it('never issues a CA certificate to a requester', async () => {
    const { issued } = await openCa();
    const CustomExtensions = [{ ObjectIdentifier: '2.5.29.19', Value: 'MAMBAf8=', Critical: true }];
    expect((await issued({ ApiPassthrough: { Extensions: { CustomExtensions } } })).ca).toBe(false);
  });

  it('issues certificates that begin an hour ago and end as requested', async () => {
    const { issued, now } = await openCa();
    const { validFrom, validTo } = await issued({ Validity: { Type: 'MONTHS', Value: 2 } });
    expect(Date.parse(validFrom)).toBe(now() - 3_600_000);
    expect(new Date(validTo).toISOString()).toBe('2026-03-31T12:00:00.000Z');
  });

  it.each([
    [{ Type: 'END_DATE', Value: 301231235959 }, '2030-12-31T23:59:59.000Z'],
    [{ Type: 'END_DATE', Value: 20301231235959 }, '2030-12-31T23:59:59.000Z'],
    [{ Type: 'ABSOLUTE', Value: 1_800_000_000 }, '2027-01-15T08:00:00.000Z'],
  ])('understands the validity %j', async (Validity, end) => {
    const { issued } = await openCa();
    expect(new Date((await issued({ Validity })).validTo).toISOString()).toBe(end);
  });

  it('keeps the order of custom attributes', async () => {
    const { issued } = await openCa();
    const CustomAttributes = [
      { ObjectIdentifier: '0.9.2342.19200300.100.1.25', Value: 'example' },
      { ObjectIdentifier: '2.5.4.3', Value: 'x' },
    ];
    expect((await issued({ ApiPassthrough: { Subject: { CustomAttributes } } })).subject).toBe(
      'DC=example\nCN=x',
    );
  });

  it('accepts RSA and EC requests with an RSA and with an EC CA', async () => {
    const { issued } = await openCa({ keyAlgorithm: 'RSA_2048' });
    const certificate = await issued({ Csr: csrBlob({ key: ecKey(), subject: name(cn('ec')) }) });
    expect(certificate.publicKey.asymmetricKeyType).toBe('ec');
  });
});
