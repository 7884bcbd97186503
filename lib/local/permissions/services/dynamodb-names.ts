/**
 * The attributes that a DynamoDB request names. `dynamodb:Attributes` covers all of them, including
 * those of its condition.
 */
import type { Json } from '../../emulators/aws-service.ts';

const expressionMembers = [
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
  'ProjectionExpression',
  'UpdateExpression',
];

// The members of the older API without expressions: an object keyed by attribute, or a list of
// attributes.
const keyedMembers = [
  'AttributeUpdates',
  'Expected',
  'Item',
  'Key',
  'KeyConditions',
  'QueryFilter',
  'ScanFilter',
];

const keywords = new Set(
  'ADD AND BETWEEN DELETE IN NOT OR REMOVE SET'
    .split(' ')
    .flatMap((word) => [word, word.toLowerCase()]),
);

// A value, or a path, whose first name counts. A name before a bracket is a function.
const token = /:\w+|(#?\w+)(?:(?:\.#?\w+)|\[\d+\])*(\s*\()?/g;

/** The top-level attributes without duplicates, in order of appearance. */
export const findNamedAttributes = (request: Json): string[] => [
  ...new Set([
    ...expressionMembers.flatMap((member) => findInExpression(request[member], request)),
    ...keyedMembers.flatMap((member) => Object.keys((request[member] ?? {}) as object)),
    ...((request.AttributesToGet ?? []) as readonly string[]),
    ...((request.Keys ?? []) as readonly object[]).flatMap(Object.keys),
  ]),
];

const findInExpression = (expression: unknown, request: Json): string[] => {
  if (typeof expression !== 'string') return [];
  return [...expression.matchAll(token)].flatMap(([, name, isFunction]) => {
    if (name === undefined || isFunction !== undefined || /^\d/.test(name)) return [];
    return keywords.has(name) ? [] : [resolveName(name, request)];
  });
};

/** The attribute that a name or a placeholder such as `#status` denotes. */
export const resolveName = (name: string, { ExpressionAttributeNames }: Json): string =>
  name.startsWith('#')
    ? ((ExpressionAttributeNames as Readonly<Record<string, string>> | undefined)?.[name] ?? name)
    : name;
