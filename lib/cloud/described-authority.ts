/**
 * Describes an existing CA while its stack is deployed, and fails the deployment if it does not
 * fit.
 */
import { Aws, CustomResource, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { SigningAlgorithm } from '../../lambda/config/settings.ts';
import { grantCalls } from './ca-grants.ts';
import { createHandlerFunction } from './handler-function.ts';
import type { IssuingAuthority } from './issuing-authority.ts';
import { createOutput } from './output.ts';
import { toPascalCase } from './pascal-case.ts';

export interface DescribedAuthorityProps {
  readonly connectorId: string;
  readonly certificateAuthority: IssuingAuthority;
  readonly signingAlgorithm: SigningAlgorithm;
}

/**
 * How long CloudFormation waits for the answer. The function answers within its own two minutes,
 * and Lambda runs it again if it could not. CloudFormation's default is an hour.
 */
const serviceTimeout = Duration.minutes(5);

/**
 * A custom resource that describes the CA (lambda/deployment). It fails the deployment over a CA
 * that could serve no device: one that is not active, has a key of another family than the signing
 * algorithm, another usage mode than declared, another Region or account, or no time left.
 * Synthesis refuses what it can know of that (issuing-authority.ts). Its function may make that one
 * call to that one CA.
 */
export class DescribedAuthority extends Construct {
  constructor(scope: Construct, id: string, props: DescribedAuthorityProps) {
    super(scope, id);
    const { connectorId, certificateAuthority, signingAlgorithm } = props;
    const { certificateAuthorityArn, usageMode } = certificateAuthority;
    const describe = createHandlerFunction(this, 'describe-authority', {
      description: `Checks the CA of the SCEP connector "${connectorId}" at deployment`,
      environment: { connectorId },
    });
    grantCalls(describe, certificateAuthority, 'DescribeCertificateAuthority');
    const resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::ScepCertificateAuthority',
      serviceToken: describe.functionArn,
      serviceTimeout,
      properties: {
        CertificateAuthorityArn: certificateAuthorityArn,
        SigningAlgorithm: signingAlgorithm,
        UsageMode: usageMode,
        Region: Aws.REGION,
        Account: Aws.ACCOUNT_ID,
      },
    });
    // Depends on the whole function, with its role's policy.
    resource.node.addDependency(describe, ...(describe.role ? [describe.role] : []));
    // Certificates never outlive it.
    createOutput(
      this,
      `${toPascalCase(connectorId)}CertificateAuthorityEnd`,
      resource.getAttString('NotAfter'),
    );
  }
}
