import { describe, expect, it } from 'vitest';
import { rsaKey } from '../../support/kit/keys.ts';
import { name } from '../../support/kit/names.ts';
import { caArn, csrBlob, openCa, refusal, templateArn } from './acm-pca-kit.ts';

describe('IssueCertificate', () => {
  it.each([
    ['after the end of the CA', { Validity: { Type: 'YEARS', Value: 11 } }, 'ValidationException'],
    ['in the past', { Validity: { Type: 'ABSOLUTE', Value: 1 } }, 'ValidationException'],
    ['after zero days', { Validity: { Type: 'DAYS', Value: 0 } }, 'ValidationException'],
    ['that is not PEM', { Csr: 'AAAA' }, 'MalformedCSRException'],
    [
      'that is too large',
      { Csr: Buffer.alloc(32_769, 'A').toString('base64') },
      'ValidationException',
    ],
    [
      'with a broken signature',
      { Csr: csrBlob({ corruptSignature: true }) },
      'MalformedCSRException',
    ],
    [
      'signed by another key',
      { Csr: csrBlob({ signWith: rsaKey(2048, 'other').privateKey }) },
      'MalformedCSRException',
    ],
    [
      'without attributes (RFC 2986 section 4.1)',
      { Csr: csrBlob({ withoutAttributes: true }) },
      'MalformedCSRException',
    ],
    ['without any name', { Csr: csrBlob({ subject: name() }) }, 'MalformedCSRException'],
    ['for the other key family', { SigningAlgorithm: 'SHA256WITHRSA' }, 'InvalidArgsException'],
    ['with an unknown template', { TemplateArn: templateArn('Unheard') }, 'InvalidArgsException'],
    ['with a long token', { IdempotencyToken: 'x'.repeat(37) }, 'ValidationException'],
    [
      'of an unknown CA',
      { CertificateAuthorityArn: caArn.replace('1111', '9999') },
      'ResourceNotFoundException',
    ],
    [
      'of an ARN that is not a CA ARN',
      { CertificateAuthorityArn: 'arn:aws:s3:::bucket' },
      'ValidationException',
    ],
    ['of a malformed CA ARN', { CertificateAuthorityArn: `${caArn}/x` }, 'InvalidArnException'],
  ])('refuses a request %s', async (_what, changes, code) => {
    const { issue } = await openCa();
    await expect(issue(changes)).rejects.toMatchObject(refusal(code));
  });

  it('accepts a request without NULL after its signature algorithm (RFC 4055 section 5)', async () => {
    const { issued } = await openCa();
    const certificate = await issued({ Csr: csrBlob({ withoutNull: true }) });
    expect(certificate.subject).toBe('CN=device');
  });

  it('refuses custom attributes beside standard ones', async () => {
    const CustomAttributes = [{ ObjectIdentifier: '2.5.4.3', Value: 'x' }];
    const { issue } = await openCa();
    const both = issue({ ApiPassthrough: { Subject: { CommonName: 'x', CustomAttributes } } });
    await expect(both).rejects.toMatchObject(refusal('InvalidArgsException'));
  });
});
