/**
 * The CA that a connector issues from: an existing one, or a new root in the cheaper short-lived
 * mode.
 */
import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import {
  CfnCertificate,
  CfnCertificateAuthority,
  CfnCertificateAuthorityActivation,
} from 'aws-cdk-lib/aws-acmpca';
import { Construct, type IDependable } from 'constructs';
import { DeclarationError } from './declaration-error.ts';

/**
 * The modes of ACM PCA. In short-lived mode a certificate is valid for at most 7 days, and the CA
 * costs an eighth.
 */
export type UsageMode = 'GENERAL_PURPOSE' | 'SHORT_LIVED_CERTIFICATE';

/** The CA of a connector. */
export interface CertificateAuthority {
  readonly certificateAuthorityArn: string;
  readonly usageMode: UsageMode;
  /** The resources that the CA needs before it can issue; empty for an existing CA. */
  readonly activation?: IDependable;
}

const arnPattern =
  /^arn:aws[a-z-]*:acm-pca:[a-z0-9-]+:\d{12}:certificate-authority\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Uses an existing CA by its ARN. Refuses an ARN of anything else, and an unknown mode. */
export function importCertificateAuthority(
  certificateAuthorityArn: string,
  usageMode: string = 'GENERAL_PURPOSE',
): CertificateAuthority {
  if (!arnPattern.test(certificateAuthorityArn)) {
    throw new DeclarationError(
      'badCertificateAuthorityArn',
      `certificateAuthorityArn is "${certificateAuthorityArn}". Give the ARN of an AWS Private CA, as ` +
        '"aws acm-pca list-certificate-authorities" prints it.',
    );
  }
  if (usageMode !== 'GENERAL_PURPOSE' && usageMode !== 'SHORT_LIVED_CERTIFICATE') {
    throw new DeclarationError(
      'badUsageMode',
      `certificateAuthorityMode is "${usageMode}". Give GENERAL_PURPOSE or SHORT_LIVED_CERTIFICATE.`,
    );
  }
  return { certificateAuthorityArn, usageMode };
}

/**
 * A root CA in short-lived mode, self-signed for ten years and active. It outlives its stack, and
 * stays active and costs money until you delete it (docs/runbook.md). A first deployment that fails
 * leaves none behind.
 */
export class ShortLivedRootAuthority extends Construct implements CertificateAuthority {
  readonly certificateAuthorityArn: string;
  readonly usageMode = 'SHORT_LIVED_CERTIFICATE';
  readonly activation: IDependable;

  constructor(scope: Construct, id: string, props: { readonly commonName: string }) {
    super(scope, id);
    const signingAlgorithm = 'SHA256WITHRSA';
    const authority = new CfnCertificateAuthority(this, 'Authority', {
      type: 'ROOT',
      // Some SCEP devices do not verify ECDSA, and all of them verify RSA 2048.
      keyAlgorithm: 'RSA_2048',
      signingAlgorithm,
      subject: { commonName: props.commonName },
      usageMode: this.usageMode,
    });
    const certificate = new CfnCertificate(this, 'Certificate', {
      certificateAuthorityArn: authority.attrArn,
      certificateSigningRequest: authority.attrCertificateSigningRequest,
      signingAlgorithm,
      templateArn: `arn:${Aws.PARTITION}:acm-pca:::template/RootCACertificate/V1`,
      validity: { type: 'YEARS', value: 10 },
    });
    const activation = new CfnCertificateAuthorityActivation(this, 'Activation', {
      certificateAuthorityArn: authority.attrArn,
      certificate: certificate.attrCertificate,
      status: 'ACTIVE',
    });
    // CloudFormation disables a CA when it deletes the activation.
    for (const each of [authority, certificate, activation])
      each.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    this.activation = activation;
    this.certificateAuthorityArn = authority.attrArn;
  }
}
