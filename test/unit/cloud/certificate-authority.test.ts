import { describe, expect, it } from 'vitest';
import { importCertificateAuthority } from '../../../lib/cloud/certificate-authority.ts';
import { caArn } from './synthesis.ts';

describe('an existing CA', () => {
  it('is general-purpose unless said otherwise', () => {
    expect(importCertificateAuthority(caArn)).toEqual({
      certificateAuthorityArn: caArn,
      usageMode: 'GENERAL_PURPOSE',
    });
  });

  it.each([
    ['nothing, as an unset variable of a shell gives', ''],
    ['the ARN of something else', 'arn:aws:acm:eu-west-1:111122223333:certificate/1'],
    ['a certificate of the CA', `${caArn}/certificate/0123`],
    ['every CA', caArn.replace(/[^/]+$/, '*')],
  ])('refuses %s', (_, arn) => {
    expect(() => importCertificateAuthority(arn)).toThrow(
      expect.objectContaining({ code: 'badCertificateAuthorityArn' }),
    );
  });

  it('refuses a mode that ACM PCA does not have', () => {
    expect(() => importCertificateAuthority(caArn, 'SHORT')).toThrow(
      expect.objectContaining({ code: 'badUsageMode' }),
    );
  });
});
