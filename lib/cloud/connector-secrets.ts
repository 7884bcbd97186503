/** The secrets that the keys of one connector are derived from (lambda/policy/connector-key.ts). */
import { type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { fixLogicalId } from './logical-id.ts';
import { toPascalCase } from './pascal-case.ts';

export interface ConnectorSecretsProps {
  readonly connectorId: string;
  readonly removalPolicy: RemovalPolicy;
}

/** The description of each secret. */
const purposes = {
  lookup: 'Finds the challenges',
  issuance: 'Seals the grants and certificates',
  admin: 'Seals the challenge passwords and page tokens',
} as const;

/**
 * There are three secrets instead of two. Both sides need the same lookup key, and neither may hold
 * the other's keys. Each generated secret holds one random text, and two generated secrets share
 * nothing. A dynamic reference in a second secret's template would copy the whole text of the
 * first. The secrets are retained as long as the tables, because they open the items there.
 */
export class ConnectorSecrets extends Construct {
  /** For both sides: the HMAC key that finds challenges. */
  readonly lookup: ISecret;
  /** For the scep function and Certify only. Anyone who reads it can create a Grant. */
  readonly issuance: ISecret;
  /**
   * For the functions that administer challenges. Anyone who reads it can read every stored
   * password.
   */
  readonly admin: ISecret;

  constructor(scope: Construct, id: string, props: ConnectorSecretsProps) {
    super(scope, id);
    this.lookup = this.secret('lookup', props);
    this.issuance = this.secret('issuance', props);
    this.admin = this.secret('admin', props);
  }

  private secret(
    purpose: keyof typeof purposes,
    { connectorId, removalPolicy }: ConnectorSecretsProps,
  ): Secret {
    const secret = new Secret(this, toPascalCase(purpose), {
      description: `${purposes[purpose]} of the SCEP connector "${connectorId}"`,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy,
    });
    fixLogicalId(secret, `${toPascalCase(purpose)}Secret`);
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'It finds and opens stored items, so a rotation would lose all of them.',
    });
    return secret;
  }
}

/** Lets a function read secrets. */
export const grantRead = ({ grantPrincipal }: IGrantable, ...secrets: readonly ISecret[]): void => {
  grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue'],
      resources: secrets.map(({ secretArn }) => secretArn),
    }),
  );
};
