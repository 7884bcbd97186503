/** Grants on a CA. Each statement names one CA, and the one for issuing also names one template. */
import { Aws } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { templateName } from '../../lambda/policy/certificate-template.ts';
import type { IssuingAuthority } from './issuing-authority.ts';

const templateArn = `arn:${Aws.PARTITION}:acm-pca:::template/${templateName}`;

/** Lets a function issue end-entity certificates with content that we compose. */
export const grantIssue = (
  { grantPrincipal }: IGrantable,
  { certificateAuthorityArn }: Pick<IssuingAuthority, 'certificateAuthorityArn'>,
): void => {
  grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['acm-pca:IssueCertificate'],
      resources: [certificateAuthorityArn],
      conditions: { StringEquals: { 'acm-pca:TemplateArn': templateArn } },
    }),
  );
};

/** The calls that need no condition. */
export type AuthorityAction =
  | 'DescribeCertificateAuthority'
  | 'GetCertificate'
  | 'GetCertificateAuthorityCertificate'
  | 'RevokeCertificate';

/** Lets a function make other calls to the CA. */
export const grantCalls = (
  { grantPrincipal }: IGrantable,
  { certificateAuthorityArn }: Pick<IssuingAuthority, 'certificateAuthorityArn'>,
  ...actions: readonly AuthorityAction[]
): void => {
  grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: actions.map((action) => `acm-pca:${action}`),
      resources: [certificateAuthorityArn],
    }),
  );
};
