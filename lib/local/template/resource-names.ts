/**
 * Names, ids and ARNs of resources. They are the same at every start, so that state finds its
 * resource again.
 */
import { createHash } from 'node:crypto';
import { pseudoParameters } from './template.ts';

/**
 * The base of a resource's name: `physicalName` is its own, or else derived from its stack and
 * logical id.
 */
export interface NamedResource {
  readonly physicalName: string;
  /** 64 hexadecimal digits, unique to this resource and the same at every start. */
  readonly digest: string;
}

const {
  'AWS::AccountId': account,
  'AWS::Region': region,
  'AWS::Partition': partition,
} = pseudoParameters;

/** An ARN of the local account and Region. */
export const formatArn = (service: string, resource: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

/** The `Ref` of most types. */
export const getName = ({ physicalName }: NamedResource): string => physicalName;
/** An id in API Gateway's form. */
export const getShortId = ({ digest }: NamedResource): string => digest.slice(0, 10);

/** A secret's ARN, which ends in six characters of its own. */
export const formatSecretArn = ({ physicalName, digest }: NamedResource): string =>
  formatArn('secretsmanager', `secret:${physicalName}-${digest.slice(0, 6)}`);
/** The ARN of a state machine. */
export const formatStateMachineArn = ({ physicalName }: NamedResource): string =>
  formatArn('states', `stateMachine:${physicalName}`);
/** A CA's ARN, which ends in a UUID. */
export const formatAuthorityArn = ({ digest }: NamedResource): string => {
  const uuid = digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  return formatArn('acm-pca', `certificate-authority/${uuid}`);
};

/** The ARN of a rule on the default event bus. */
export const formatRuleArn = ({ physicalName }: NamedResource): string =>
  formatArn('events', `rule/${physicalName}`);

/** An IAM role's ARN, which names no Region. */
export const formatRoleArn = ({ physicalName }: NamedResource): string =>
  `arn:${partition}:iam::${account}:role/${physicalName}`;

const nameProperties = [
  'Name',
  'TableName',
  'FunctionName',
  'StateMachineName',
  'LogGroupName',
  'AlarmName',
  'DashboardName',
  'RoleName',
];

/** The properties that hold a resource's own name. */
export const readNames = (
  properties: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    nameProperties.flatMap((name) => (name in properties ? [[name, properties[name]]] : [])),
  );

/** Names a resource: by its given name, resolved, or by its stack and logical id. */
export const nameResource = (
  stackName: string,
  logicalId: string,
  properties: Readonly<Record<string, unknown>>,
): NamedResource => {
  const given = nameProperties
    .map((property) => properties[property])
    .find((value) => value !== undefined);
  return {
    physicalName: typeof given === 'string' ? given : `${stackName}-${logicalId}`,
    digest: createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex'),
  };
};
