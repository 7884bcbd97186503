/** Which CAs a deployment refuses. Each of them would turn green and then answer 503 for ever. */
import { describe, expect, it } from 'vitest';
import {
  type AuthorityDescription,
  type DeclaredAuthority,
  findAuthorityFault,
  findPlaceFault,
} from '../../../lambda/deployment/authority-faults.ts';

const now = 1_800_000_000;
const day = 86_400;

const declared: DeclaredAuthority = {
  certificateAuthorityArn:
    'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/11111111-1234-1234-1234-123456789012',
  signingAlgorithm: 'SHA256WITHRSA',
  usageMode: 'GENERAL_PURPOSE',
  region: 'eu-west-1',
  account: '111122223333',
};

const good: AuthorityDescription = {
  status: 'ACTIVE',
  keyAlgorithm: 'RSA_2048',
  usageMode: 'GENERAL_PURPOSE',
  notAfterSeconds: now + 3650 * day,
};

const faultOf = (
  described: Partial<AuthorityDescription>,
  more: Partial<DeclaredAuthority> = {},
): string | undefined =>
  findAuthorityFault({ ...good, ...described }, { ...declared, ...more }, now);

describe('a CA is refused', () => {
  it.each([
    'CREATING',
    'PENDING_CERTIFICATE',
    'DELETED',
    'DISABLED',
    'EXPIRED',
    'FAILED',
    'undefined',
  ])('in the state %s', (status) => {
    expect(faultOf({ status })).toContain(`is ${status}, and issues only while it is ACTIVE`);
  });

  it.each([
    ['EC_prime256v1', 'SHA256WITHRSA', 'Give SHA256WITHECDSA'],
    ['EC_secp384r1', 'SHA512WITHRSA', 'Give SHA256WITHECDSA'],
    ['RSA_4096', 'SHA384WITHECDSA', 'Give SHA256WITHRSA'],
    ['ML_DSA_65', 'SHA256WITHRSA', 'which SCEP devices do not verify'],
    ['SM2', 'SHA256WITHECDSA', 'which SCEP devices do not verify'],
  ])('with a key of %s for %s', (keyAlgorithm, signingAlgorithm, sentence) => {
    expect(faultOf({ keyAlgorithm }, { signingAlgorithm })).toContain(sentence);
  });

  it.each([
    ['SHORT_LIVED_CERTIFICATE', 'GENERAL_PURPOSE'],
    ['GENERAL_PURPOSE', 'SHORT_LIVED_CERTIFICATE'],
  ])('in mode %s where %s is declared', (usageMode, other) => {
    expect(faultOf({ usageMode }, { usageMode: other })).toContain(`Declare ${usageMode}.`);
  });

  it.each([
    ['that ended', -1],
    ['that ends today', 0.5],
    ['that ends in six days', 6.9],
  ])('%s', (_, days) => {
    expect(faultOf({ notAfterSeconds: now + days * day })).toContain('Renew its certificate');
  });

  it('without an end', () => {
    expect(faultOf({ notAfterSeconds: undefined as never })).toContain('Renew its certificate');
  });

  it('in another Region, in another account, or by a text that is no ARN', () => {
    expect(findPlaceFault({ ...declared, region: 'us-east-1' })).toContain(
      'Deploy the stack to eu-west-1',
    );
    expect(findPlaceFault({ ...declared, account: '999999999999' })).toContain(
      'belongs to account 111122223333',
    );
    expect(findPlaceFault({ ...declared, certificateAuthorityArn: 'ca' })).toBeDefined();
  });
});

describe('a CA is accepted', () => {
  it.each([
    ['RSA_2048', 'SHA256WITHRSA'],
    ['RSA_3072', 'SHA512WITHRSA'],
    ['EC_secp521r1', 'SHA384WITHECDSA'],
  ])('with a key of %s for %s', (keyAlgorithm, signingAlgorithm) => {
    expect(faultOf({ keyAlgorithm }, { signingAlgorithm })).toBeUndefined();
  });

  it('that ends in seven days or more, and where it belongs', () => {
    expect(faultOf({ notAfterSeconds: now + 7 * day })).toBeUndefined();
    expect(findPlaceFault(declared)).toBeUndefined();
  });
});
