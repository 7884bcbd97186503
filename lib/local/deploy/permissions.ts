/** The roles of a template, and the role of each function. */
import { createHash } from 'node:crypto';
import type { Authorize } from '../emulators/signed-call.ts';
import { createAuthorize } from '../permissions/authorize.ts';
import type { Caller } from '../permissions/denied.ts';
import { assumeRole, type Roles, readRoles, type SwitchableRoles } from '../permissions/roles.ts';
import type { TableKeys } from '../permissions/services/dynamodb.ts';
import type { Resource, Resources } from '../template/resources.ts';

/** The permissions of a template. */
export interface TemplatePermissions extends SwitchableRoles {
  /** The check that runs before every emulated operation. */
  readonly authorize: Authorize;
}

/**
 * Reads the permissions of a template's roles. Refuses everything that is not modelled, and a role
 * that its service cannot assume.
 */
export const readPermissions = (resources: Resources): TemplatePermissions => {
  const { roles, ...switches } = readRoles(resources);
  const callers = resources
    .ofType('AWS::Lambda::Function')
    .map((each) => [toAccessKeyId(each.arn), readCaller(each, roles)] as const);
  const tables = resources
    .ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')
    .map((table) => [table.physicalName, readKeys(table)] as const);
  const secrets = resources
    .ofType('AWS::SecretsManager::Secret')
    .map(({ physicalName, reference }) => [physicalName, reference] as const);
  const authorize = createAuthorize({
    callers: new Map(callers),
    tables: Object.fromEntries(tables),
    secretArns: Object.fromEntries(secrets),
  });
  return { roles, ...switches, authorize };
};

/**
 * The access key id of a function's temporary credentials. It is unique to the function and the
 * same at every start.
 */
export const toAccessKeyId = (functionArn: string): string =>
  `ASIA${createHash('sha256').update(functionArn).digest('hex').slice(0, 16).toUpperCase()}`;

const readCaller = ({ arn, where, physicalName, properties }: Resource, roles: Roles): Caller => {
  const service = 'lambda.amazonaws.com';
  const role = assumeRole(roles, properties.Role, { service, resourceArn: arn, where });
  // Lambda names the session of a function's role after the function.
  return { role, session: physicalName };
};

interface Schema {
  readonly KeySchema?: readonly { readonly AttributeName: string; readonly KeyType: string }[];
}

const readKeys = ({ properties }: Resource): TableKeys => {
  const { KeySchema = [] } = properties as Schema;
  const hash = KeySchema.find(({ KeyType }) => KeyType === 'HASH');
  return { partitionKey: hash?.AttributeName ?? '' };
};
