/** The connector as it is deployed, out of the synthesized constructs: its state machine, its functions' limits. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { existingCertificateAuthority } from '../../lib/cloud/certificate-authority.ts';
import type { IntuneDeclaration } from '../../lib/cloud/declared-intune.ts';
import { ScepConnector } from '../../lib/cloud/scep-connector.ts';
import { ScepService } from '../../lib/cloud/scep-service.ts';
import type { FunctionLimits } from './functions.ts';

/** A Retry rule of Amazon States Language, as CDK writes it. */
export interface Retry {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts?: number;
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

/** A state: of Amazon States Language, the part that the issuance uses. */
export type State =
  | {
      readonly Type: 'Task';
      readonly Retry?: readonly Retry[];
      readonly Catch?: readonly { ErrorEquals: string[]; ResultPath: string; Next: string }[];
      readonly Next?: string;
      readonly End?: boolean;
    }
  | {
      readonly Type: 'Choice';
      readonly Choices: readonly { Variable: string; BooleanEquals: boolean; Next: string }[];
      readonly Default: string;
    }
  | { readonly Type: 'Wait'; readonly SecondsPath: string; readonly Next: string };

/** A state machine. */
export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly TimeoutSeconds: number;
}

const caArn =
  'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/11111111-1234-1234-1234-123456789012';

/** What of a deployed connector matters here. */
export interface Deployed {
  readonly definition: Definition;
  readonly limits: FunctionsLimits;
}

const functionNames = ['scep', 'issue', 'collect', 'find', 'lint', 'settle', 'reconcile'] as const;

/** The functions of a connector that enrolling is made of; `notify` is an Intune connector's. */
type FunctionName = (typeof functionNames)[number] | 'notify';

/** The limits of each. */
export type FunctionsLimits = Readonly<
  Record<Exclude<FunctionName, 'notify'>, FunctionLimits> & { notify?: FunctionLimits }
>;

/** With challenges of its own, or with Intune's. */
export type ConnectorKind = 'general' | 'intune';

const made = new Map<ConnectorKind, Deployed>();

/** A deployed connector; synthesized once a process, which takes a second or two. */
export function deployedOnce(kind: ConnectorKind = 'general'): Deployed {
  const deployed = made.get(kind) ?? deploy(kind);
  made.set(kind, deployed);
  return deployed;
}

/** What an Intune connector is declared with; nobody is asked at these addresses. */
export const intuneDeclaration: IntuneDeclaration = {
  tenantId: '11111111-2222-4333-8444-555555555555',
  applicationId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  authentication: 'federated',
};

/** Synthesizes a connector, without its bundles. Throws for a state or a function it does not know. */
function deploy(kind: ConnectorKind): Deployed {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Simulated');
  new ScepConnector(stack, 'Connector', {
    service: new ScepService(stack, 'Service'),
    connectorId: 'test',
    certificateAuthority: existingCertificateAuthority(caArn),
    ...(kind === 'intune' && { intune: intuneDeclaration }),
  });
  const template = Template.fromStack(stack);
  const names = kind === 'intune' ? [...functionNames, 'notify' as const] : functionNames;
  const limits = names.map((name) => [name, limitsOf(template, name)]);
  return { definition: definitionIn(template), limits: Object.fromEntries(limits) };
}

function definitionIn(template: Template): Definition {
  const machines = template.findResources('AWS::StepFunctions::StateMachine');
  const parts: unknown[] =
    Object.values(machines)[0]?.Properties.DefinitionString['Fn::Join'][1] ?? [];
  const text = parts.map((part) => (typeof part === 'string' ? part : 'arn')).join('');
  const definition: Definition = JSON.parse(text);
  for (const { Type } of Object.values(definition.States))
    if (!['Task', 'Choice', 'Wait'].includes(Type)) throw new Error(`a state of type ${Type}`);
  return definition;
}

function limitsOf(template: Template, name: FunctionName): FunctionLimits {
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
  const wanted = `${name}Function`.toLowerCase();
  const found = functions.find(([id]) => id.toLowerCase().includes(wanted))?.[1].Properties;
  if (found === undefined) throw new Error(`no function ${name}`);
  const { ReservedConcurrentExecutions: atOnce = 1000, Timeout } = found;
  return { atOnce, timeoutMilliseconds: Timeout * 1000 };
}
