/**
 * The names, ids and ARNs of resources: the same at every start, so that state finds its resource
 * again.
 */
import { createHash } from 'node:crypto';
import { pseudoParameters } from './template.ts';

/**
 * A resource as its name is made from: `physicalName` is its own, or else that of its stack and
 * logical id.
 */
export interface NamedResource {
  readonly physicalName: string;
  /** 64 hexadecimal digits that are this resource's alone, and the same at every start. */
  readonly digest: string;
}

const {
  'AWS::AccountId': account,
  'AWS::Region': region,
  'AWS::Partition': partition,
} = pseudoParameters;

/** An ARN of the local account and Region. */
export const arn = (service: string, resource: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

/** What `Ref` gives for most types. */
export const nameOf = ({ physicalName }: NamedResource): string => physicalName;
/** An id such as API Gateway makes. */
export const shortId = ({ digest }: NamedResource): string => digest.slice(0, 10);

/** A secret's ARN ends in six characters of its own. */
export const secretArn = ({ physicalName, digest }: NamedResource): string =>
  arn('secretsmanager', `secret:${physicalName}-${digest.slice(0, 6)}`);
/** The ARN of a state machine. */
export const stateMachineArn = ({ physicalName }: NamedResource): string =>
  arn('states', `stateMachine:${physicalName}`);
/** A CA's ARN ends in a UUID. */
export const authorityArn = ({ digest }: NamedResource): string => {
  const uuid = digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  return arn('acm-pca', `certificate-authority/${uuid}`);
};

/** The ARN of a rule on the default event bus. */
export const ruleArn = ({ physicalName }: NamedResource): string =>
  arn('events', `rule/${physicalName}`);

/** An alias's ARN is its function's and its name; here its own digest stands for the function's. */
export const aliasArn = ({ physicalName, digest }: NamedResource): string =>
  arn('lambda', `function:${digest.slice(0, 10)}:${physicalName}`);

/** An IAM role's ARN, which names no Region. */
export const roleArn = ({ physicalName }: NamedResource): string =>
  `arn:${partition}:iam::${account}:role/${physicalName}`;

const nameProperties = [
  // First: an alias has a FunctionName beside it, which is not its own.
  'Name',
  'TableName',
  'FunctionName',
  'StateMachineName',
  'LogGroupName',
  'AlarmName',
  'DashboardName',
  'RoleName',
];

/**
 * The name of a resource: the one it was given, or one of its stack and logical id, the same at
 * every start.
 */
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
