/** Checks that every statement of every role is needed by a call of some flow. */
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Flow, flowsOf } from './permissions/flows.ts';
import { type RunningApp, runningApp } from './running-app.ts';

let app: RunningApp;
let flows: readonly Flow[];

beforeAll(async () => {
  app = await runningApp({
    name: 'permissions',
    program: 'test/e2e/permissions/app.ts',
    hasNdesPage: false,
    isIntune: true,
  });
  flows = flowsOf(app);
});

/** Statements that no emulator exercises, by their actions, with the page that requires them. */
const notExercised: Readonly<Record<string, string>> = {
  // A function writes its own log.
  'logs:CreateLogStream,logs:PutLogEvents':
    'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-prereqs.html',
  // Log delivery of a state machine has no resources.
  'logs:CreateLogDelivery,logs:DeleteLogDelivery,logs:DescribeLogGroups,logs:DescribeResourcePolicies,logs:GetLogDelivery,logs:ListLogDeliveries,logs:PutResourcePolicy,logs:UpdateLogDelivery':
    'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
};

const actionsOf = ({ Action }: Readonly<Record<string, unknown>>): string =>
  [Action].flat().map(String).sort().join();

/**
 * Runs flows until a call is denied without the omitted statement. Returns true if one is denied.
 * Throws if a flow fails for another reason.
 */
async function isMissed(of: readonly Flow[]): Promise<boolean> {
  let isOver = false;
  const run = async (): Promise<boolean> => {
    for (const flow of of) {
      if (isOver) break;
      const failure = await failureOf(flow);
      if ((await app.missed()) > 0) return true;
      if (failure !== undefined && !isOver) throw new Error(`${flow.name}: ${failure.message}`);
    }
    return false;
  };
  const watch = async (): Promise<boolean> => {
    while (!isOver && (await app.missed()) === 0) await setTimeout(100);
    return !isOver;
  };
  try {
    return await Promise.race([run(), watch()]);
  } finally {
    isOver = true;
  }
}

const failureOf = ({ run }: Flow): Promise<Error | undefined> =>
  run().then(
    () => undefined,
    (error: Error) => error,
  );

/** A rotation of the RA disturbs later flows, so its roles come last. */
const rolesInOrder = () =>
  Object.entries(app.roleStatements).toSorted(
    ([one], [other]) => Number(isOfRotation(one)) - Number(isOfRotation(other)),
  );

const isOfRotation = (role: string): boolean => /ConnectorRa/.test(role);

describe('the roles of an app with every part', () => {
  it('allow every flow', { timeout: 120_000 }, async () => {
    for (const flow of flows) await expect(flow.run(), flow.name).resolves.toBeUndefined();
  });

  it('contain only statements that a flow needs', { timeout: 900_000 }, async () => {
    const unneeded: string[] = [];
    for (const [role, statements] of rolesInOrder()) {
      const ofRole = flows.filter(({ roles }) => roles.test(role));
      for (const [statementIndex, statement] of statements.entries()) {
        const actions = actionsOf(statement);
        if (Object.hasOwn(notExercised, actions)) continue;
        await app.leaveOut({ role, statementIndex });
        if (!(await isMissed(ofRole))) unneeded.push(`${role} ${JSON.stringify(statement)}`);
      }
    }
    await app.leaveOut(null);
    expect(unneeded).toEqual([]);
  });
});
