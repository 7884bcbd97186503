/**
 * The issuance workflow as lib/cloud defines it: Certify and Wait, until the certificate is there.
 */
import { App, Stack } from 'aws-cdk-lib';
import { CertificateAuthority } from 'aws-cdk-lib/aws-acmpca';
import type { IntuneDeclaration } from '../../lib/cloud/declared-intune.ts';
import { ScepConnector } from '../../lib/cloud/scep-connector.ts';
import { ScepService } from '../../lib/cloud/scep-service.ts';
import { readAssembly } from '../../lib/local/template/assembly.ts';

/** A Retry rule of Amazon States Language. */
export interface Retry {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts?: number;
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

/** A state of Amazon States Language, limited to what the workflow uses. */
export type State =
  | { readonly Type: 'Task'; readonly Retry?: readonly Retry[]; readonly Next: string }
  | {
      readonly Type: 'Choice';
      readonly Choices: readonly {
        readonly Variable: string;
        readonly BooleanEquals: boolean;
        readonly Next: string;
      }[];
      readonly Default: string;
    }
  | { readonly Type: 'Wait'; readonly SecondsPath: string; readonly Next: string }
  | { readonly Type: 'Succeed' };

/** A state machine. */
export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** A connector with its own challenges, or with Intune. */
export type ConnectorKind = 'general' | 'intune';

/** The declaration of an Intune connector. No server exists at these addresses. */
export const intuneDeclaration: IntuneDeclaration = {
  tenantId: '11111111-2222-4333-8444-555555555555',
  applicationId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  authentication: 'federated',
};

const caArn =
  'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/11111111-1234-1234-1234-123456789012';

let cachedDefinition: Definition | undefined;

/**
 * Returns the workflow of a cachedDefinition connector. It is synthesized once per process, which
 * takes one or two seconds.
 */
export function getDeployedDefinition(): Definition {
  cachedDefinition ??= synthesize();
  return cachedDefinition;
}

/**
 * Synthesizes a connector without its bundles. Throws for a type of state that the simulation does
 * not run.
 */
function synthesize(): Definition {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'Simulated');
  new ScepConnector(stack, 'Connector', {
    service: new ScepService(stack, 'Service'),
    connectorId: 'test',
    certificateAuthority: CertificateAuthority.fromCertificateAuthorityArn(stack, 'Ca', caArn),
  });
  const { template } = readAssembly(app.synth().directory);
  const machine = Object.values(template.Resources).find(
    ({ Type }) => Type === 'AWS::StepFunctions::StateMachine',
  );
  const { DefinitionString } = (machine?.Properties ?? {}) as {
    readonly DefinitionString?: { readonly 'Fn::Join': readonly [string, readonly unknown[]] };
  };
  const parts = DefinitionString?.['Fn::Join'][1] ?? [];
  const text = parts.map((part) => (typeof part === 'string' ? part : 'arn')).join('');
  const definition: Definition = JSON.parse(text);
  for (const { Type } of Object.values(definition.States))
    if (!['Task', 'Choice', 'Wait', 'Succeed'].includes(Type))
      throw new Error(`the simulation does not run states of type ${Type}`);
  return definition;
}
