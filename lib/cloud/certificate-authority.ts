/** The CA that a stack makes: a root in the cheaper short-lived mode. */
import { Annotations, Aws, Resource } from 'aws-cdk-lib';
import {
  type CertificateAuthorityReference,
  CfnCertificate,
  CfnCertificateAuthority,
  CfnCertificateAuthorityActivation,
  type ICertificateAuthority,
} from 'aws-cdk-lib/aws-acmpca';
import type { Construct, IDependable } from 'constructs';
import type { UsageMode } from './issuing-authority.ts';

/** The subject of a new root. */
export interface ShortLivedRootAuthorityProps {
  /** The common name of the root's subject. */
  readonly commonName: string;
}

/**
 * A root CA in short-lived mode, self-signed for ten years and active. It is deleted with its
 * stack, because an idle CA costs as much as a busy one. A deleted CA can be restored for 30 days.
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
    this.activation = new CfnCertificateAuthorityActivation(this, 'Activation', {
      certificateAuthorityArn: authority.attrArn,
      certificate: certificate.attrCertificate,
      status: 'ACTIVE',
    });
    this.certificateAuthorityArn = authority.attrArn;
    Annotations.of(this).addInfo(price);
  }

  get certificateAuthorityRef(): CertificateAuthorityReference {
    return { certificateAuthorityArn: this.certificateAuthorityArn };
  }
}

/**
 * Fixed prices as AWS publishes them for most Regions. The price per certificate is unconfirmed.
 */
const price =
  'Deploying this stack creates an AWS Private CA, which costs money from the day it is active: $50 per month ' +
  'in short-lived mode, plus about $0.058 per certificate (not confirmed: see aws.amazon.com/private-ca/pricing). ' +
  'An existing CA is declared by CertificateAuthority.fromCertificateAuthorityArn of aws-cdk-lib/aws-acmpca ' +
  '(a general-purpose CA costs $400 per month).';
