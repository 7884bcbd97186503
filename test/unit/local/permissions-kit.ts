/** Roles and calls for the tests of permissions. */
import { expect } from 'vitest';
import type { Json } from '../../../lib/local/emulators/aws-service.ts';
import { createAuthorize } from '../../../lib/local/permissions/authorize.ts';
import type { Role } from '../../../lib/local/permissions/roles.ts';
import { readStatement } from '../../../lib/local/permissions/statement.ts';

/** The account of every ARN. */
export const account = '000000000000';
/** The table of the role's statements. */
export const tableArn = `arn:aws:dynamodb:us-east-1:${account}:table/Rows`;
/** The CA of the role's statements. */
export const authorityArn = `arn:aws:acm-pca:us-east-1:${account}:certificate-authority/one`;
/** Formats the ARN of a certificate template. */
export const formatTemplateArn = (name: string) => `arn:aws:acm-pca:::template/${name}/V1`;

/** A statement, without its effect. */
export type Document = Readonly<Record<string, unknown>>;

/** Creates the check of one function, whose role has these statements. */
export const createCheck = (...statements: readonly Document[]) => {
  const own = statements.map((statement) => readStatement({ Effect: 'Allow', ...statement }));
  const role: Role = {
    logicalId: 'Role',
    arn: `arn:aws:iam::${account}:role/Scep`,
    name: 'Scep',
    statements: own,
    allows: (request) => own.some(({ allows }) => allows(request)),
    trusts: () => true,
  };
  const authorize = createAuthorize({
    callers: new Map([['ASIAFUNCTION', { role, session: 'scep' }]]),
    tables: { Rows: { partitionKey: 'id' } },
    secretArns: { key: `arn:aws:secretsmanager:us-east-1:${account}:secret:key-abcdef` },
  });
  return (target: string, input: Json, accessKeyId = 'ASIAFUNCTION') => {
    const [targetPrefix = '', operation = ''] = target.split('.');
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/x/aws4_request`;
    authorize({ authorization, targetPrefix, operation, input });
  };
};

/** Formats the `X-Amz-Target` of a DynamoDB operation. */
export const formatTarget = (operation: string) => `DynamoDB_20120810.${operation}`;
/** Allows only items of the connector `default`. */
export const own = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['default#*'] } };
/** Builds a text in DynamoDB's JSON. */
export const buildText = (S: string) => ({ S });

/** Creates the check of a role that allows `action` on the table under this condition. */
export const createTableCheck = (action: unknown, Condition?: object) =>
  createCheck({ Action: action, Resource: tableArn, ...(Condition && { Condition }) });

const denied = { code: 'AccessDeniedException' };
/** Expects that a call is denied. */
export const expectDenied = (call: () => void) =>
  expect(call).toThrow(expect.objectContaining(denied));
