/** A DynamoDB client that lists its calls and fails on request. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** A call: the operation and its input. */
export interface Call {
  readonly name: string;
  readonly input: Record<string, unknown>;
}

/**
 * Wraps a client. `calls` collects operations with their number of items. An error from `fail` is
 * thrown instead of the call.
 */
export function watchedClient(
  client: Pick<DynamoDBClient, 'send'>,
  fail: (call: Call) => Error | undefined = () => undefined,
) {
  const calls: string[] = [];
  const send = async (command: { readonly input: object }): Promise<unknown> => {
    const name = command.constructor.name.replace(/Command$/, '');
    const input = command.input as Record<string, unknown>;
    calls.push(`${name}${itemsIn(input)}`);
    const error = fail({ name, input });
    if (error) throw error;
    return await (client.send as (one: object) => Promise<unknown>)(command);
  };
  return { client: { send } as unknown as Pick<DynamoDBClient, 'send'>, calls };
}

/** The number of items that a call of several items names. */
function itemsIn(input: Record<string, unknown>): string {
  const { TransactItems, RequestItems } = input as {
    readonly TransactItems?: readonly unknown[];
    readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly unknown[] }>>;
  };
  if (TransactItems) return ` ${TransactItems.length}`;
  if (!RequestItems) return '';
  const keys = Object.values(RequestItems).flatMap(({ Keys = [] }) => Keys);
  return ` ${keys.length}`;
}
