/** Identifies the caller by the access key, and checks the statements of the caller's role. */
import { AwsError } from '../emulators/aws-service.ts';
import type { Authorize, SignedCall } from '../emulators/signed-call.ts';
import type { AccessRequest } from './access-request.ts';
import { type Caller, createAccessDenied } from './denied.ts';
import { listDynamoDbNeeds, type Tables } from './services/dynamodb.ts';
import { otherNeeds, type SecretArns } from './services/others.ts';

/** The permissions of a template. */
export interface Permissions {
  /** The functions by access key id. */
  readonly callers: ReadonlyMap<string, Caller>;
  readonly tables: Tables;
  readonly secretArns: SecretArns;
}

/**
 * Creates the check before the emulators' operations. A key that belongs to no function is the
 * operator's and allows everything, because docs/local.md uses the AWS CLI with any key. Signatures
 * are not verified, because only this machine can reach the emulators.
 */
export const createAuthorize = ({ callers, tables, secretArns }: Permissions): Authorize => {
  return (call) => {
    const caller = callers.get(readAccessKeyId(call.authorization));
    if (!caller) return;
    const denied = listNeeds(call, tables, secretArns).find((need) => !caller.role.allows(need));
    if (denied) throw createAccessDenied(caller, denied);
  };
};

const readAccessKeyId = (authorization: string | undefined): string => {
  const [, accessKeyId] = /Credential=([^/\s]+)\//.exec(authorization ?? '') ?? [];
  if (accessKeyId !== undefined) return accessKeyId;
  throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
};

const listNeeds = (
  { targetPrefix, operation, input }: SignedCall,
  tables: Tables,
  secretArns: SecretArns,
): AccessRequest[] => {
  if (targetPrefix.startsWith('DynamoDB')) return listDynamoDbNeeds(operation, input, tables);
  const needs = Object.hasOwn(otherNeeds, targetPrefix) ? otherNeeds[targetPrefix] : undefined;
  if (needs) return needs(operation, input, secretArns);
  throw new AwsError('UnknownOperationException', `No local service for ${targetPrefix}`);
};
