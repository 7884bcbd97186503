import { type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** The secret every key of a connector is derived from. Kept as long as the ledger, which is sealed with it. */
export function connectorKey(
  scope: Construct,
  connectorId: string,
  removalPolicy: RemovalPolicy,
): Secret {
  const secret = new Secret(scope, 'Key', {
    description: `What the SCEP connector "${connectorId}" finds and seals its challenges and enrolments with`,
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
    removalPolicy,
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'Challenges are found by their HMAC under this secret: rotating it would lose every one of them.',
  });
  return secret;
}

/** Lets a function read one secret. */
export function mayRead(secret: ISecret): PolicyStatement {
  return new PolicyStatement({
    actions: ['secretsmanager:GetSecretValue'],
    resources: [secret.secretArn],
  });
}
