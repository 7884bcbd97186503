/**
 * `dynamodb:Attributes` is matched against every attribute that a request names, so the grants must
 * list what the adapters name.
 */
import type { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { createDynamoDueAttempts } from '../../../lambda/aws/dynamo-due-attempts.ts';
import { createDynamoLostAttempts } from '../../../lambda/aws/dynamo-lost-attempts.ts';
import { functionStatements } from './policies.ts';
import { declareConnector, newStack, synthesizeStack } from './synthesis.ts';

let granted: (name: string) => unknown;

beforeAll(() => {
  const stack = newStack();
  declareConnector(stack);
  const functions = functionStatements(synthesizeStack(stack));
  granted = (name) =>
    functions[name]?.flatMap(
      ({ Condition }) => Condition?.['ForAllValues:StringEquals']?.['dynamodb:Attributes'] ?? [],
    );
});

/** A client that keeps the attributes that its updates name. */
function namingClient() {
  const named = new Set<string>();
  const send = async ({ input }: UpdateItemCommand) => {
    for (const name of Object.keys(input.Key ?? {})) named.add(name);
    const expressions = `${input.UpdateExpression} ${input.ConditionExpression}`;
    for (const [name] of expressions.matchAll(/(?<![:#\w])[a-z]\w*/g)) named.add(name);
    expect(input.ReturnValues).toBeUndefined();
    return {};
  };
  return { client: { send } as never, names: () => [...named].toSorted() };
}

const attempt = {
  connectorId: 'default',
  enrolmentId: 'a0',
  attempt: 1,
  dueAtSeconds: 1,
  isEarlier: false,
};

describe('the attributes that may be updated are those that are named by', () => {
  it('the dispatcher', async () => {
    const { client, names } = namingClient();
    const tables = { enrolments: 'enrolments', certificates: 'certificates' };
    await createDynamoDueAttempts(client, tables).postpone(attempt, 2);
    expect(names()).toEqual([...(granted('Service/Dispatcher/Dispatch') as string[])].toSorted());
  });

  it('the finder', async () => {
    const { client, names } = namingClient();
    const lost = { ...attempt, search: { askedAtSeconds: 1 }, isRefused: false };
    const attempts = createDynamoLostAttempts(client, 'enrolments', () => 3);
    await attempts.report(lost, { candidates: ['arn'], searchedAtSeconds: 2 });
    await attempts.postpone(lost, 2, 4);
    expect(names()).toEqual([...(granted('Service/Finder/FindLost') as string[])].toSorted());
  });
});
