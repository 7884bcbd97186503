/** What a function may ask of a CA. Each statement names one CA, and issuing names one template besides. */
import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { templateName } from '../../lambda/issuance/template.ts';
import type { CertificateAuthority } from './certificate-authority.ts';

const templateArn = `arn:${Aws.PARTITION}:acm-pca:::template/${templateName}`;

/** Lets a function issue end-entity certificates whose content we compose. */
export function mayIssue(authority: CertificateAuthority): PolicyStatement {
  return new PolicyStatement({
    actions: ['acm-pca:IssueCertificate'],
    resources: [authority.certificateAuthorityArn],
    conditions: { StringEquals: { 'acm-pca:TemplateArn': templateArn } },
  });
}

/** The calls that need no condition. */
export type AuthorityAction =
  | 'GetCertificate'
  | 'GetCertificateAuthorityCertificate'
  | 'RevokeCertificate';

/** Lets a function do one thing more with the CA. */
export function mayAsk(
  authority: CertificateAuthority,
  ...actions: readonly AuthorityAction[]
): PolicyStatement {
  return new PolicyStatement({
    actions: actions.map((action) => `acm-pca:${action}`),
    resources: [authority.certificateAuthorityArn],
  });
}
