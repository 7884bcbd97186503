/** Items and their attributes as DynamoDB writes them. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item, or a part of one: attributes by name. */
export type Item = Record<string, AttributeValue>;

export const toTextAttribute = (value: string): AttributeValue.SMember => ({ S: value });

export const toNumberAttribute = (value: number): AttributeValue.NMember => ({ N: String(value) });

/**
 * The `ttl` attribute, in epoch seconds. DynamoDB removes the item within about two days after it.
 */
export const computeTtl = (seconds: number, days: number): AttributeValue.NMember =>
  toNumberAttribute(Math.ceil(seconds) + days * 86_400);

/** An object with this member, converted if a conversion is given; {} if the value is undefined. */
export function toOptionalMember<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [Key in Name]?: Value };
export function toOptionalMember<Name extends string, Value, Result>(
  name: Name,
  value: Value | undefined,
  convert: (value: Value) => Result,
): { [Key in Name]?: Result };
export function toOptionalMember(
  name: string,
  value: unknown,
  convert: (value: unknown) => unknown = (same) => same,
) {
  return value === undefined ? {} : { [name]: convert(value) };
}

/**
 * An update that sets some attributes and removes others: the expression, its names and its values.
 */
export const setMembers = (members: Readonly<Item>, removed: readonly string[] = []) => {
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
