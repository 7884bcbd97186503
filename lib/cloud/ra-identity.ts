/** The connector's RA key and certificate: a secret, born and renewed by its own rotation. */
import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { mayAsk, mayIssue } from './ca-permissions.ts';
import type { Connector } from './connector.ts';
import { handlerFunction } from './handler-function.ts';

export interface RaIdentityProps extends Connector {
  readonly rotationDays: number;
}

/** The RA secret with its rotation, which first happens at deployment, as soon as the CA can issue. */
export class RaIdentity extends Construct {
  readonly secret: Secret;
  /** The function that renews it. */
  readonly rotate: IFunction;

  constructor(scope: Construct, id: string, props: RaIdentityProps) {
    super(scope, id);
    const { connectorId, connectorSettings, certificateAuthority, isBounded } = props;
    this.secret = new Secret(this, 'Secret', {
      description: `The RA key and certificate of the SCEP connector "${connectorId}"`,
      // A placeholder until the first rotation: letters alone are not JSON, so nothing can take it for an identity.
      generateSecretString: { passwordLength: 32, excludePunctuation: true, excludeNumbers: true },
    });
    const rotate = handlerFunction(this, 'rotate-ra', {
      isBounded,
      description: `Renews the RA identity of the SCEP connector "${connectorId}"`,
      environment: {
        connectorId,
        connectorSettings,
        certificateAuthority: certificateAuthority.certificateAuthorityArn,
      },
      may: [
        mayRotate(this.secret),
        mayIssue(certificateAuthority),
        mayAsk(certificateAuthority, 'GetCertificate', 'GetCertificateAuthorityCertificate'),
      ],
    });
    this.rotate = rotate;
    rotate.addPermission('Rotation', {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount: Aws.ACCOUNT_ID,
    });
    // Not Secret.addRotationSchedule: it would let the function call GetRandomPassword on "*", which it never does.
    const schedule = new CfnRotationSchedule(this, 'Schedule', {
      secretId: this.secret.secretArn,
      rotationLambdaArn: rotate.functionArn,
      rotationRules: { automaticallyAfterDays: props.rotationDays },
      rotateImmediatelyOnUpdate: true,
    });
    // The function whole, with its role's policy and the permission to be called.
    schedule.node.addDependency(rotate, ...(rotate.role ? [rotate.role] : []));
    if (certificateAuthority.activation)
      schedule.node.addDependency(certificateAuthority.activation);
  }
}

function mayRotate(secret: Secret): PolicyStatement {
  return new PolicyStatement({
    actions: [
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ],
    resources: [secret.secretArn],
  });
}
