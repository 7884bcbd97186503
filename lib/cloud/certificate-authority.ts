/** The CA that a stack makes: a root in the cheaper short-lived mode. */
import { Aws, RemovalPolicy, Resource } from 'aws-cdk-lib';
import {
  type CertificateAuthorityReference,
  CfnCertificate,
  CfnCertificateAuthority,
  CfnCertificateAuthorityActivation,
  type ICertificateAuthority,
} from 'aws-cdk-lib/aws-acmpca';
import type { Construct, IDependable } from 'constructs';
import type { UsageMode } from './issuing-authority.ts';
import { refuseBadPrefix } from './logical-id.ts';

/** The subject of a new root. */
export interface ShortLivedRootAuthorityProps {
  /** The common name of the root's subject. */
  readonly commonName: string;
  /**
   * The first part of the CA's logical ids, so that moving or renaming the construct keeps the CA:
   * letters and digits, 1 to 40. Never change it. Give each CA of one stack its own.
   *
   * @default 'Scep'
   */
  readonly authorityId?: string;
}

/**
 * A root CA in short-lived mode, self-signed for ten years and active. It outlives its stack, and
 * stays active and costs money until you delete it (docs/runbook.md). A first deployment that fails
 * leaves none behind.
 */
export class ShortLivedRootAuthority extends Resource implements ICertificateAuthority {
  readonly certificateAuthorityArn: string;
  readonly usageMode: UsageMode = 'SHORT_LIVED_CERTIFICATE';
  /** The resources that the CA needs before it can issue. A connector waits for them by itself. */
  readonly activation: IDependable;

  constructor(scope: Construct, id: string, props: ShortLivedRootAuthorityProps) {
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
    const { authorityId = 'Scep' } = props;
    refuseBadPrefix('authorityId', authorityId, 'badAuthorityId');
    authority.overrideLogicalId(`${authorityId}RootAuthority`);
    certificate.overrideLogicalId(`${authorityId}RootCertificate`);
    activation.overrideLogicalId(`${authorityId}RootActivation`);
    // CloudFormation disables a CA when it deletes the activation.
    for (const each of [authority, certificate, activation])
      each.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    this.activation = activation;
    this.certificateAuthorityArn = authority.attrArn;
  }

  get certificateAuthorityRef(): CertificateAuthorityReference {
    return { certificateAuthorityArn: this.certificateAuthorityArn };
  }
}
