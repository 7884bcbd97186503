/** The connector's RA key and certificate: a secret, born and renewed by its own rotation. */
import { Aws, Fn } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnAlias, CfnPermission, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
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
  readonly rotate: LambdaFunction;

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
    const ofAuthority = aliasOfAuthority(rotate, certificateAuthority.certificateAuthorityArn);
    // Not Secret.addRotationSchedule: it would let the function call GetRandomPassword on "*", which it never does.
    const schedule = new CfnRotationSchedule(this, 'Schedule', {
      secretId: this.secret.secretArn,
      rotationLambdaArn: ofAuthority.ref,
      rotationRules: { automaticallyAfterDays: props.rotationDays },
      rotateImmediatelyOnUpdate: true,
    });
    // The function whole, with its role's policy and the permission to be called.
    schedule.node.addDependency(rotate, ...(rotate.role ? [rotate.role] : []));
    if (certificateAuthority.activation)
      schedule.node.addDependency(certificateAuthority.activation);
  }
}

/**
 * The rotation function by a name that is its CA's: with another CA the alias is another, so the schedule changes, and a schedule that
 * changes rotates at once. A connector that is moved to another CA has an RA certificate of it minutes after the deployment, and the
 * old one for the overlap.
 */
function aliasOfAuthority(rotate: LambdaFunction, certificateAuthorityArn: string): CfnAlias {
  const alias = new CfnAlias(rotate, 'OfAuthority', {
    functionName: rotate.functionName,
    functionVersion: '$LATEST',
    // The UUID an ARN of a CA ends in.
    name: Fn.select(1, Fn.split('/', certificateAuthorityArn)),
  });
  new CfnPermission(rotate, 'Rotation', {
    action: 'lambda:InvokeFunction',
    functionName: alias.ref,
    principal: 'secretsmanager.amazonaws.com',
    sourceAccount: Aws.ACCOUNT_ID,
  });
  return alias;
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
