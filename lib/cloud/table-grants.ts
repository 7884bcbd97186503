/**
 * Grants on tables. Every statement names its keys (`dynamodb:LeadingKeys`), except queries and
 * those of the functions that serve admins. A transaction is authorised by the actions of its
 * parts, and a batch read by `BatchGetItem` (DynamoDB developer guide, transactions and IAM).
 */
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** The calls on items by their keys. No function scans or deletes. */
export type ItemAction = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem';

/**
 * Lets a function use the items whose keys match one of these patterns, in which `*` stands for any
 * characters.
 */
export const grantItems = (
  grantee: IGrantable,
  table: ITable,
  keys: readonly string[],
  ...actions: readonly ItemAction[]
): void =>
  grant(grantee, actions, table.tableArn, {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
  });

/** Lets a function use the items of every connector. */
export const grantAllItems = (
  grantee: IGrantable,
  table: ITable,
  ...actions: readonly ItemAction[]
): void => grant(grantee, actions, table.tableArn);

/**
 * Lets a function update these attributes of any item and no others. DynamoDB matches the list
 * against every attribute that the request names, its key and its condition included. Values of
 * other attributes are not returned either, because `ALL_OLD` and `ALL_NEW` are not in the list of
 * return values (DynamoDB developer guide, fine-grained access control).
 */
export const grantUpdateOf = (
  grantee: IGrantable,
  table: ITable,
  attributes: readonly string[],
): void =>
  grant(grantee, ['UpdateItem'], table.tableArn, {
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes },
    StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_OLD', 'UPDATED_NEW'] },
  });

/**
 * Lets a function list every partition of an index, or of the table itself. `dynamodb:LeadingKeys`
 * is documented for the partition key of a table, and not for that of an index. So no isolation
 * rests on it here: an index holds ids, times and names, and no secret, no Grant and no certificate
 * (lambda/aws/index-attributes.ts). What a listed id stands for is read and written by its key in
 * the table.
 */
export const grantQueryAll = (grantee: IGrantable, table: ITable, index?: string): void =>
  grant(grantee, ['Query'], index === undefined ? table.tableArn : indexArn(table, index));

const indexArn = (table: ITable, index: string): string => `${table.tableArn}/index/${index}`;

function grant(
  { grantPrincipal }: IGrantable,
  actions: readonly (ItemAction | 'Query')[],
  resource: string,
  conditions?: Record<string, Record<string, readonly string[]>>,
): void {
  grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [resource],
      ...(conditions && { conditions }),
    }),
  );
}
