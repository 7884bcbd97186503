import { describe, expect, it } from 'vitest';
import { openCa, refusal, templateArn } from './acm-pca-kit.ts';

const daySeconds = 86_400;

describe('a short-lived CA', () => {
  it('issues certificates for at most seven days', async () => {
    const { issue } = await openCa({ usageMode: 'SHORT_LIVED_CERTIFICATE' });
    await expect(issue({ Validity: { Type: 'DAYS', Value: 7 } })).resolves.toBeDefined();
    const eight = issue({ Validity: { Type: 'DAYS', Value: 8 } });
    await expect(eight).rejects.toMatchObject(refusal('ValidationException'));
  });
});

describe('a CA without its certificate', () => {
  it('neither issues certificates nor returns its own', async () => {
    const { call, issue } = await openCa({ isActive: false });
    const invalidState = refusal('InvalidStateException');
    await expect(issue()).rejects.toMatchObject(invalidState);
    await expect(call('GetCertificateAuthorityCertificate', {})).rejects.toMatchObject(
      invalidState,
    );
  });

  it('issues its own certificate and is active after its import', async () => {
    const { call, issue, get } = await openCa({ isActive: false });
    const { Csr } = (await call('GetCertificateAuthorityCsr', {})) as { Csr: string };
    const { CertificateArn } = await issue({
      Csr: Buffer.from(Csr).toString('base64'),
      TemplateArn: templateArn('RootCACertificate'),
      Validity: { Type: 'YEARS', Value: 10 },
    });
    const certificate = await get(CertificateArn);
    expect(certificate.ca).toBe(true);
    const Certificate = Buffer.from(certificate.toString()).toString('base64');
    await call('ImportCertificateAuthorityCertificate', { Certificate });
    await expect(issue()).resolves.toBeDefined();
  });

  it('refuses a certificate for another key', async () => {
    const other = await openCa();
    const Certificate = Buffer.from((await other.issued()).toString()).toString('base64');
    const { call } = await openCa({ isActive: false });
    const imported = call('ImportCertificateAuthorityCertificate', { Certificate });
    await expect(imported).rejects.toMatchObject(refusal('CertificateMismatchException'));
  });
});

describe('another operation', () => {
  it('describes the CA', async () => {
    const { call } = await openCa({ usageMode: 'SHORT_LIVED_CERTIFICATE' });
    expect(await call('DescribeCertificateAuthority', {})).toMatchObject({
      CertificateAuthority: {
        Status: 'ACTIVE',
        Type: 'ROOT',
        UsageMode: 'SHORT_LIVED_CERTIFICATE',
      },
    });
  });

  it('returns no chain for a root', async () => {
    const { call } = await openCa();
    const answer = await call('GetCertificateAuthorityCertificate', {});
    expect(answer).not.toHaveProperty('CertificateChain');
  });

  it.each([
    ['high', 0xe8],
    ['low', 0x0a],
  ])('revoke a certificate once, by a serial with the high bit %s', async (_, first) => {
    const random = (count: number) => Buffer.alloc(count, first);
    const { issued, call } = await openCa({ random });
    const { serialNumber } = await issued();
    expect(serialNumber).toBe(Buffer.alloc(16, first).toString('hex').toUpperCase());
    const CertificateSerial = serialNumber.match(/../g)?.join(':');
    const revoke = () =>
      call('RevokeCertificate', { CertificateSerial, RevocationReason: 'SUPERSEDED' });
    await revoke();
    await expect(revoke()).rejects.toMatchObject(refusal('RequestAlreadyProcessedException'));
  });

  it.each([
    ['the octet 00 of the INTEGER', (serial: string) => `00${serial}`],
    ['a missing digit', (serial: string) => serial.slice(1)],
    ['0x before it', (serial: string) => `0x${serial}`],
  ])('find no certificate by its serial with %s', async (_, change) => {
    const { issued, call } = await openCa({ random: (count) => Buffer.alloc(count, 0xe8) });
    const CertificateSerial = change((await issued()).serialNumber);
    const revoked = call('RevokeCertificate', {
      CertificateSerial,
      RevocationReason: 'SUPERSEDED',
    });
    await expect(revoked).rejects.toMatchObject(refusal('ResourceNotFoundException'));
  });

  it('creates serial numbers of which about half have the high bit set', async () => {
    const { issued } = await openCa();
    const serials = await Promise.all(Array.from({ length: 64 }, async () => issued()));
    const high = serials.filter(({ serialNumber }) => /^[89A-F]/.test(serialNumber));
    expect(serials.every(({ serialNumber }) => serialNumber.length === 32)).toBe(true);
    // 64 fair coin flips are outside this range once in 10^7 runs.
    expect(high.length).toBeGreaterThan(10);
    expect(high.length).toBeLessThan(54);
  });

  it('is refused by its name if it is not modelled', async () => {
    const { call } = await openCa();
    await expect(call('DeleteCertificateAuthority', {})).rejects.toThrow(
      'The local ACM PCA does not model DeleteCertificateAuthority',
    );
  });
});

describe('the CA after a restart', () => {
  it('still has its key, its certificates and its tokens', async () => {
    const before = await openCa();
    const first = await before.issue({ IdempotencyToken: 'once' });
    const certificate = await before.get(first.CertificateArn);
    const after = await openCa({ directory: before.directory });
    expect(await after.issue({ IdempotencyToken: 'once' })).toEqual(first);
    expect((await after.get(first.CertificateArn)).raw).toEqual(certificate.raw);
    after.pass(daySeconds);
    expect((await after.issued()).issuer).toBe('CN=root');
  });

  it('is refused if the app defines another one with the same name', async () => {
    const { directory } = await openCa();
    const changed = openCa({ directory, keyAlgorithm: 'RSA_2048' });
    await expect(changed).rejects.toThrow('start with --fresh');
  });
});
