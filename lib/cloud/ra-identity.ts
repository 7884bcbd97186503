/** A connector's RA key and certificate: a secret that its rotation creates and renews. */
import { Aws, Fn } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnPermission, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { grantCalls, grantIssue } from './ca-grants.ts';
import type { ConnectorResources } from './connector.ts';
import { createHandlerFunction } from './handler-function.ts';
import { serviceKeys } from './key-patterns.ts';
import { fixLogicalId } from './logical-id.ts';
import { grantItems } from './table-grants.ts';

export interface RaIdentityProps extends ConnectorResources {
  readonly rotationDays: number;
}

/**
 * The RA secret with its rotation. The first rotation runs at deployment, as soon as the CA can
 * issue.
 */
export class RaIdentity extends Construct {
  readonly secret: Secret;
  /** The function that renews the secret. */
  readonly rotate: LambdaFunction;

  constructor(scope: Construct, id: string, props: RaIdentityProps) {
    super(scope, id);
    const { connectorId, connectorSettings, certificateAuthority, tables } = props;
    this.secret = new Secret(this, 'Secret', {
      description: `The RA key and certificate of the SCEP connector "${connectorId}"`,
      // A placeholder until the first rotation. Letters alone are not JSON, so they are never read
      // as an identity.
      generateSecretString: { passwordLength: 32, excludePunctuation: true, excludeNumbers: true },
    });
    fixLogicalId(this.secret, 'RaSecret');
    const rotate = createHandlerFunction(this, 'rotate-ra', {
      functionName: nameAfterAuthority(connectorId, certificateAuthority.certificateAuthorityArn),
      description: `Renews the RA identity of the SCEP connector "${connectorId}"`,
      environment: {
        connectorId,
        connectorSettings,
        certificateAuthority: certificateAuthority.certificateAuthorityArn,
        certificatesTable: tables.certificates.tableName,
        certificatesPerSecond: String(props.certificatesPerSecond),
      },
    });
    grantRotation(rotate, this.secret);
    grantIssue(rotate, certificateAuthority);
    grantCalls(
      rotate,
      certificateAuthority,
      'GetCertificate',
      'GetCertificateAuthorityCertificate',
    );
    // The CA's quota belongs to the account, so a rotation takes a turn like an attempt.
    grantItems(rotate, tables.certificates, [serviceKeys.rateLimiter], 'UpdateItem');
    this.rotate = rotate;
    allowRotation(rotate);
    // Secret.addRotationSchedule would let the function call GetRandomPassword on "*", which it
    // never calls.
    const schedule = new CfnRotationSchedule(this, 'Schedule', {
      secretId: this.secret.secretArn,
      rotationLambdaArn: rotate.functionArn,
      rotationRules: { automaticallyAfterDays: props.rotationDays },
      rotateImmediatelyOnUpdate: true,
    });
    // Depends on the whole function, with its role's policy and the permission to invoke it.
    schedule.node.addDependency(rotate, ...(rotate.role ? [rotate.role] : []));
    if (certificateAuthority.activation)
      schedule.node.addDependency(certificateAuthority.activation);
  }
}

/**
 * Names the rotation function after its CA and its stack. Another CA gives another function, so the
 * schedule's `RotationLambdaARN` changes, and an updated schedule rotates at once
 * (`RotateImmediatelyOnUpdate`). So a connector that moves to another CA gets that CA's RA
 * certificate minutes after the deployment. The old one stays for the overlap.
 */
function nameAfterAuthority(connectorId: string, certificateAuthorityArn: string): string {
  // arn:…:certificate-authority/<UUID> and arn:…:stack/<name>/<UUID>: 12 and 8 digits of them.
  const authority = Fn.select(
    4,
    Fn.split('-', Fn.select(1, Fn.split('/', certificateAuthorityArn))),
  );
  const stack = Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
  return `${connectorId}-ra-${authority}-${stack}`;
}

/** `SourceAccount` is the condition that Secrets Manager documents for a rotation function. */
function allowRotation(rotate: LambdaFunction): void {
  new CfnPermission(rotate, 'Rotation', {
    action: 'lambda:InvokeFunction',
    functionName: rotate.functionArn,
    principal: 'secretsmanager.amazonaws.com',
    sourceAccount: Aws.ACCOUNT_ID,
  });
}

function grantRotation({ grantPrincipal }: IGrantable, { secretArn }: Secret): void {
  grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      resources: [secretArn],
    }),
  );
}
