/** The CA that a connector issues from, as its parts use it. */
import { Stack, Token } from 'aws-cdk-lib';
import type { ICertificateAuthority } from 'aws-cdk-lib/aws-acmpca';
import type { Construct, IDependable } from 'constructs';
import { DeclarationError } from './declaration-error.ts';

/**
 * The modes of ACM PCA. In short-lived mode a certificate is valid for at most 7 days, and the CA
 * costs an eighth.
 */
export type UsageMode = 'GENERAL_PURPOSE' | 'SHORT_LIVED_CERTIFICATE';

/** The CA of a connector. */
export interface IssuingAuthority {
  readonly certificateAuthorityArn: string;
  readonly usageMode: UsageMode;
  /** The resources that the CA needs before it can issue; absent for an existing CA. */
  readonly activation?: IDependable;
}

/** A CA of this package knows its own mode and activation (`ShortLivedRootAuthority`). */
type DescribedAuthority = ICertificateAuthority & Partial<IssuingAuthority>;

/**
 * The CA of a connector from its declaration. Refuses an ARN of anything but a CA, a CA of another
 * Region or account than the connector's stack, and a mode that the CA does not have.
 */
export function resolveIssuingAuthority(
  connector: Construct,
  authority: ICertificateAuthority,
  declaredMode: UsageMode | undefined,
): IssuingAuthority {
  const { certificateAuthorityArn, usageMode, activation }: DescribedAuthority = authority;
  refuseArn(certificateAuthorityArn);
  refusePlace(Stack.of(connector), certificateAuthorityArn);
  refuseMode(usageMode, declaredMode);
  return {
    certificateAuthorityArn,
    usageMode: declaredMode ?? usageMode ?? 'GENERAL_PURPOSE',
    ...(activation && { activation }),
  };
}

const arnPattern =
  /^arn:aws[a-z-]*:acm-pca:[a-z0-9-]+:\d{12}:certificate-authority\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function refuseArn(arn: string): void {
  if (Token.isUnresolved(arn) || arnPattern.test(arn)) return;
  throw new DeclarationError(
    'badCertificateAuthorityArn',
    `certificateAuthority has the ARN "${arn}". Give the ARN of an AWS Private CA, as ` +
      '"aws acm-pca list-certificate-authorities" prints it.',
  );
}

/** The functions call ACM PCA in their own Region, with roles of their own account. */
function refusePlace({ region, account }: Stack, arn: string): void {
  if (Token.isUnresolved(arn)) return;
  const [, , , caRegion, caAccount] = arn.split(':');
  const differences = [
    ['Region', caRegion, region],
    ['account', caAccount, account],
  ].filter(([, ofCa, ofStack]) => !Token.isUnresolved(ofStack) && ofCa !== ofStack);
  for (const [place, ofCa, ofStack] of differences)
    throw new DeclarationError(
      'badCertificateAuthorityArn',
      `certificateAuthority is in ${place} ${ofCa}, and the connector's stack is in ${place} ${ofStack}. ` +
        'Deploy the connector where its CA is.',
    );
}

function refuseMode(ofAuthority: UsageMode | undefined, declared: UsageMode | undefined): void {
  if (declared !== undefined && ofAuthority !== undefined && ofAuthority !== declared)
    throw new DeclarationError(
      'badUsageMode',
      `usageMode is ${declared}, and the CA is ${ofAuthority}. Omit usageMode: this CA has its own.`,
    );
}
