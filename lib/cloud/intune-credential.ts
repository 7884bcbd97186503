/**
 * An Intune connector's credential at Entra ID: a secret that an operator fills in, or a role that
 * Entra trusts.
 */
import { Validations } from 'aws-cdk-lib';
import { ArnPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { environment } from '../../lambda/config/environment.ts';
import type { IntuneSettings } from '../../lambda/config/settings.ts';
import { grantRead } from './connector-secrets.ts';
import { fixLogicalId } from './logical-id.ts';
import { createOutput } from './output.ts';
import { toPascalCase } from './pascal-case.ts';

export interface IntuneCredentialProps {
  readonly connectorId: string;
  readonly intune: IntuneSettings;
}

/**
 * The credential of one Intune connector. With a client secret or a certificate, it is an empty
 * secret with its ARN as an output. With federation, it is one role that the connector's functions
 * assume to get an STS token, so that Entra trusts one subject. The three values of the federated
 * credential are outputs.
 */
export class IntuneCredential extends Construct {
  private readonly props: IntuneCredentialProps;
  private readonly secret: Secret | undefined;
  private identity: Role | undefined;

  constructor(scope: Construct, id: string, props: IntuneCredentialProps) {
    super(scope, id);
    this.props = props;
    if (props.intune.authentication === 'federated') this.outputFederation();
    else this.secret = this.emptySecret();
  }

  /** Lets a function authenticate to Entra ID, and sets its environment. */
  grantUse(user: LambdaFunction): void {
    const { secret } = this;
    if (secret) {
      user.addEnvironment(environment.intuneSecret, secret.secretArn);
      grantRead(user, secret);
      return;
    }
    const { roleArn } = this.identityFor(user);
    user.addEnvironment(environment.intuneIdentity, roleArn);
    user.addToRolePolicy(
      new PolicyStatement({ actions: ['sts:AssumeRole'], resources: [roleArn] }),
    );
  }

  private emptySecret(): Secret {
    const { connectorId, intune } = this.props;
    const secret = new Secret(this, 'Secret', {
      description: `Authenticates the SCEP connector "${connectorId}" to Entra ID: ${contents[intune.authentication]}`,
      // The initial text, until an operator replaces it. No credential of Entra ID has this form
      // (lambda/aws/intune-credential.ts).
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'placeholder',
        excludePunctuation: true,
      },
    });
    fixLogicalId(secret, 'IntuneSecret');
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Entra ID creates it, and AWS cannot request another one (docs/runbook.md).',
    });
    this.output('SecretArn', secret.secretArn);
    return secret;
  }

  private outputFederation(): void {
    this.output('FederationIssuer', issuerCommand);
    this.output('FederationAudience', this.props.intune.cloud.assertionAudience);
  }

  /** The role that Entra trusts. Only functions with this grant can assume it. */
  private identityFor({ role }: LambdaFunction): Role {
    if (role === undefined) throw new Error('a function without a role');
    if (this.identity) {
      this.identity.assumeRolePolicy?.addStatements(
        new PolicyStatement({
          actions: ['sts:AssumeRole'],
          principals: [new ArnPrincipal(role.roleArn)],
        }),
      );
      return this.identity;
    }
    this.identity = new Role(this, 'Identity', { assumedBy: new ArnPrincipal(role.roleArn) });
    this.identity.addToPolicy(mayIdentifyItself(this.props.intune));
    Validations.of(this.identity).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'A web identity token has no resource to name; its audience and algorithm are conditions.',
    });
    this.output('FederationSubject', this.identity.roleArn);
    return this.identity;
  }

  private output(name: string, value: string): void {
    const { connectorId } = this.props;
    createOutput(this, `${toPascalCase(connectorId)}Intune${name}`, value);
  }
}

const contents = {
  clientSecret: 'the client secret as plain text',
  certificate: 'JSON with certificatePem and privateKeyPem (PKCS#8)',
  federated: 'nothing',
} as const;

/**
 * The issuer belongs to the account and not to a template. It exists after an admin of the account
 * has enabled it.
 */
const issuerCommand =
  'Print it with: aws iam get-outbound-web-identity-federation-info --query IssuerIdentifier --output text ' +
  '(before that, once per account: aws iam enable-outbound-web-identity-federation)';

/**
 * Allows tokens for Entra ID only, signed with the one algorithm that Entra accepts from other
 * issuers.
 */
const mayIdentifyItself = ({ cloud }: IntuneSettings): PolicyStatement =>
  new PolicyStatement({
    actions: ['sts:GetWebIdentityToken'],
    resources: ['*'],
    conditions: {
      'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': [cloud.assertionAudience] },
      StringEquals: { 'sts:SigningAlgorithm': 'RS256' },
    },
  });
