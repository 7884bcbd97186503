/** Values as DynamoDB writes them. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export const toNumberAttribute = (value: number): AttributeValue => ({ N: String(value) });

/**
 * The `ttl` attribute: epoch seconds, after which DynamoDB sweeps the item within about two days.
 */
export const computeTtl = (seconds: number, days: number): AttributeValue =>
  toNumberAttribute(Math.ceil(seconds) + days * 86_400);

/** An object with this member, or an empty one if there is no value. */
export const writeOptional = <Name extends string, Value, Result>(
  name: Name,
  value: Value | undefined,
  write: (value: Value) => Result,
): { [Key in Name]?: Result } =>
  (value === undefined ? {} : { [name]: write(value) }) as { [Key in Name]?: Result };

/** The attributes of an item. */
type Members = Readonly<Record<string, AttributeValue>>;

/** An update that sets these attributes and removes those: the expression, its names and values. */
export const setMembers = (members: Members, removed: readonly string[] = []) => {
  const names = Object.keys(members);
  const sets = names.map((name) => `#${name} = :${name}`).join(', ');
  return {
    UpdateExpression: `SET ${sets}${removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : ''}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(
      Object.entries(members).map(([name, value]) => [`:${name}`, value]),
    ),
  };
};
