/** Describes an existing CA while its stack is deployed, and fails the deployment if it does not fit. */
import { Aws, CfnOutput, CustomResource, Duration, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { SigningAlgorithm } from '../../lambda/config/settings.ts';
import {
  type DeclaredAuthority,
  findPlaceFault,
} from '../../lambda/deployment/authority-faults.ts';
import { grantCalls } from './ca-grants.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { DeclarationError } from './declaration-error.ts';
import { createHandlerFunction } from './handler-function.ts';
import { toPascalCase } from './pascal-case.ts';

export interface DescribedAuthorityProps {
  readonly connectorId: string;
  readonly certificateAuthority: CertificateAuthority;
  readonly signingAlgorithm: SigningAlgorithm;
}

/**
 * How long CloudFormation waits for the answer. The function answers within its own two minutes, and
 * Lambda runs it again if it could not. CloudFormation's default is an hour.
 */
const serviceTimeout = Duration.minutes(5);

/**
 * A custom resource that describes the CA (lambda/deployment). It fails the deployment over a CA that
 * could serve no device: one that is not active, has a key of another family than the signing
 * algorithm, another usage mode than declared, another Region or account, or no time left. What of
 * that is known at synthesis is refused there. Its function may make that one call to that one CA.
 */
export class DescribedAuthority extends Construct {
  constructor(scope: Construct, id: string, props: DescribedAuthorityProps) {
    super(scope, id);
    const { connectorId, certificateAuthority, signingAlgorithm } = props;
    const { certificateAuthorityArn, usageMode } = certificateAuthority;
    refusePlace({ certificateAuthorityArn, signingAlgorithm, usageMode, ...placeOf(this) });
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
    new CfnOutput(Stack.of(this), `${toPascalCase(connectorId)}CertificateAuthorityEnd`, {
      description: 'When the CA ends. Certificates never outlive it.',
      value: resource.getAttString('NotAfter'),
    });
  }
}

const placeOf = (scope: Construct): Pick<DeclaredAuthority, 'region' | 'account'> => {
  const { region, account } = Stack.of(scope);
  return { region, account };
};

/** Compares what is known at synthesis. A token equals itself, so it is no fault. */
function refusePlace(declared: DeclaredAuthority): void {
  const { certificateAuthorityArn: arn, region, account } = declared;
  if (Token.isUnresolved(arn)) return;
  const [, , , arnRegion = '', arnAccount = ''] = arn.split(':');
  const fault = findPlaceFault({
    ...declared,
    region: Token.isUnresolved(region) ? arnRegion : region,
    account: Token.isUnresolved(account) ? arnAccount : account,
  });
  if (fault !== undefined) throw new DeclarationError('misplacedCertificateAuthority', fault);
}
