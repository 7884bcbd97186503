import { describe, expect, it } from 'vitest';
import {
  adoptAuthorities,
  findNamedAuthorities,
} from '../../../lib/local/template/adopted-authorities.ts';
import { start } from './stack-kit.ts';

/** A custom resource whose function does what this word says. */
const custom = (UsageMode: string, more: object = {}) => ({
  Custom: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { S3Bucket: 'assets', S3Key: 'custom.zip' },
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Runtime: 'nodejs24.x',
      Timeout: 5,
    },
  },
  Checked: {
    Type: 'Custom::ScepCertificateAuthority',
    Properties: {
      ServiceToken: { 'Fn::GetAtt': ['Custom', 'Arn'] },
      ServiceTimeout: '2',
      CertificateAuthorityArn: { 'Fn::GetAtt': ['Ca', 'Arn'] },
      UsageMode,
      Region: { Ref: 'AWS::Region' },
      ...more,
    },
  },
});

describe('a custom resource of a local stack', () => {
  it('gives the attributes that its function answered', async () => {
    const outputs = { End: { Value: { 'Fn::GetAtt': ['Checked', 'NotAfter'] } } };
    const { stack } = await start({}, custom('succeeds'), outputs);
    expect(stack.outputs.End).toBe('us-east-1Create');
  });

  it.each([
    ['fails', 'Checked (Custom::ScepCertificateAuthority): The CA is DISABLED.'],
    ['anonymous', 'the answer has no PhysicalResourceId'],
    ['typed', 'the function did not answer'],
    ['silent', 'the function did not answer'],
    ['hangs', 'no answer within 2 s'],
    ['throws', 'Checked (Custom::ScepCertificateAuthority): TypeError'],
  ])('ends the start if its function %s', async (word, sentence) => {
    await expect(start({}, custom(word))).rejects.toThrow(sentence);
  });
});

describe('an existing CA', () => {
  const arnIn = (place: string, digit: string) =>
    `arn:aws:acm-pca:${place}:certificate-authority/${digit.repeat(8)}-1234-1234-1234-123456789012`;
  const templateOf = (...arns: readonly string[]) => ({
    Resources: { A: { Type: 'T', Properties: { arns, keys: arns.map((arn) => `${arn}/x`) } } },
  });

  it('is where the stack is, with the others of its account and Region', () => {
    const template = templateOf(
      arnIn('eu-west-1:111122223333', '1'),
      arnIn('eu-west-1:111122223333', '2'),
      arnIn('us-west-2:111122223333', '3'),
    );
    expect(findNamedAuthorities(adoptAuthorities(template))).toEqual([
      arnIn('us-east-1:000000000000', '1'),
      arnIn('us-east-1:000000000000', '2'),
      arnIn('us-west-2:111122223333', '3'),
    ]);
  });

  it('is in no template that names none', () => {
    const template = templateOf();
    expect(adoptAuthorities(template)).toBe(template);
  });
});
