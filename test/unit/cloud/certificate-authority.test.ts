/** The CA of a connector: made in its stack, or imported by CDK's own class. */
import { CertificateAuthority, CfnCertificateAuthority } from 'aws-cdk-lib/aws-acmpca';
import { describe, expect, it } from 'vitest';
import { ShortLivedRootAuthority } from '../../../lib/cloud/certificate-authority.ts';
import { resolveIssuingAuthority } from '../../../lib/cloud/issuing-authority.ts';
import {
  caArn,
  declareConnector,
  importedAuthority,
  newStack,
  synthesizeStack,
} from './synthesis.ts';

describe('an imported CA', () => {
  it('is general-purpose unless the connector declares another mode', () => {
    const stack = newStack();
    const authority = importedAuthority(stack);
    expect(resolveIssuingAuthority(stack, authority, undefined)).toEqual({
      certificateAuthorityArn: caArn,
      usageMode: 'GENERAL_PURPOSE',
    });
    expect(resolveIssuingAuthority(stack, authority, 'SHORT_LIVED_CERTIFICATE').usageMode).toBe(
      'SHORT_LIVED_CERTIFICATE',
    );
  });

  it.each([
    ['nothing, as an unset variable of a shell gives', ''],
    ['the ARN of something else', 'arn:aws:acm:eu-west-1:111122223333:certificate/1'],
    ['a certificate of the CA', `${caArn}/certificate/0123`],
    ['every CA', caArn.replace(/[^/]+$/, '*')],
  ])('is refused with %s', (_, certificateAuthorityArn) => {
    const stack = newStack();
    const authority = { ...importedAuthority(stack), certificateAuthorityArn };
    expect(() => resolveIssuingAuthority(stack, authority as never, undefined)).toThrow(
      expect.objectContaining({ code: 'badCertificateAuthorityArn' }),
    );
  });

  it.each([
    ['another Region', 'eu-central-1', '111122223333'],
    ['another account', 'eu-west-1', '444455556666'],
  ])('is refused in %s than its connector', (_, region, account) => {
    const stack = newStack({ region, account });
    expect(() => declareConnector(stack)).toThrow(
      expect.objectContaining({ code: 'badCertificateAuthorityArn' }),
    );
  });

  it('may be in the Region and account of the connector, or in a stack that names neither', () => {
    expect(() =>
      declareConnector(newStack({ region: 'eu-west-1', account: '111122223333' })),
    ).not.toThrow();
    expect(() => declareConnector(newStack())).not.toThrow();
  });

  it('may be made elsewhere in the app', () => {
    const stack = newStack();
    const made = new CfnCertificateAuthority(stack, 'Made', {
      type: 'ROOT',
      keyAlgorithm: 'RSA_2048',
      signingAlgorithm: 'SHA256WITHRSA',
      subject: { commonName: 'made' },
    });
    const certificateAuthority = CertificateAuthority.fromCertificateAuthorityArn(
      stack,
      'Authority',
      made.attrArn,
    );
    expect(() => declareConnector(stack, { certificateAuthority })).not.toThrow();
  });

  it('is refused with a mode that ACM PCA does not have', () => {
    expect(() => declareConnector(newStack(), { usageMode: 'SHORT' as never })).toThrow(
      expect.objectContaining({ code: 'badDeclaration' }),
    );
  });
});

describe('a root of the stack', () => {
  it('keeps its logical ids when its construct moves or is renamed', () => {
    const idsIn = (id: string, props: object = {}): readonly string[] => {
      const stack = newStack();
      new ShortLivedRootAuthority(stack, id, { commonName: 'root', ...props });
      return Object.keys(synthesizeStack(stack).toJSON().Resources);
    };
    expect(idsIn('Here')).toEqual(idsIn('There'));
    expect(idsIn('Here', { authorityId: 'Other' })).toContain('OtherRootAuthority');
    expect(() => idsIn('Here', { authorityId: 'a-b' })).toThrow(
      expect.objectContaining({ code: 'badAuthorityId' }),
    );
  });

  const declared = () => {
    const stack = newStack();
    return { stack, root: new ShortLivedRootAuthority(stack, 'Root', { commonName: 'root' }) };
  };

  it('is a CA of CDK, and a connector takes its mode and waits for its activation', () => {
    const { stack, root } = declared();
    declareConnector(stack, { certificateAuthority: root });
    expect(stack.resolve(root.certificateAuthorityRef)).toEqual({
      certificateAuthorityArn: stack.resolve(root.certificateAuthorityArn),
    });
    const schedules = synthesizeStack(stack).findResources('AWS::SecretsManager::RotationSchedule');
    const [schedule] = Object.values(schedules);
    expect(schedule?.DependsOn).toContainEqual('ScepRootActivation');
    expect(schedule?.Properties.RotationRules).toEqual({ AutomaticallyAfterDays: 3 });
  });

  it('is refused with another mode than its own', () => {
    const { stack, root } = declared();
    const props = { certificateAuthority: root, usageMode: 'GENERAL_PURPOSE' } as const;
    expect(() => declareConnector(stack, props)).toThrow(
      expect.objectContaining({ code: 'badUsageMode' }),
    );
  });
});
