/** The dispatcher. It runs every minute for the whole service, and starts the due attempts. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { clientDefaults } from '../aws/client-defaults.ts';
import { createDynamoDueAttempts } from '../aws/dynamo-due-attempts.ts';
import { createDynamoNextTurn } from '../aws/dynamo-rate-limiter.ts';
import { createIssuanceWorkflow } from '../aws/issuance-workflow.ts';
import { requireSetting } from '../config/configuration.ts';
import { describeForLog, Fault } from '../core/errors.ts';
import { dispatch } from '../issuance/dispatch.ts';
import type { DueAttempt } from '../ports/due-attempts.ts';
import { listConnectors } from './connector-directory.ts';
import { boundToInvocation } from './invocation.ts';
import { withLog } from './logged.ts';
import { systemClock } from './system.ts';

/** The next run begins after a minute; the margin is for the last starts. In milliseconds. */
const runMilliseconds = 65_000;

const dynamo = boundToInvocation('dynamodb', new DynamoDBClient(clientDefaults));
const sfn = boundToInvocation('sfn', new SFNClient(clientDefaults));
const certificates = requireSetting('certificatesTable');

/** Starts an attempt. Throws `ConnectorUnknown` for a connector that was removed from the app. */
async function start({ connectorId, enrolmentId, attempt }: DueAttempt): Promise<void> {
  const connector = (await listConnectors()).find((one) => one.connectorId === connectorId);
  if (connector === undefined) throw new Fault('ConnectorUnknown', connectorId);
  await createIssuanceWorkflow(sfn, connector.stateMachineArn).start({ enrolmentId, attempt });
}

export const handler = withLog(
  () => ({ event: 'dispatch' }),
  async (_: unknown, log, { awsRequestId }) => {
    const dispatched = await dispatch({
      due: createDynamoDueAttempts(
        dynamo,
        { enrolments: requireSetting('enrolmentsTable'), certificates },
        (error) => log({ outcome: 'unreadable', ...describeForLog(error) }),
      ),
      start,
      nextTurn: createDynamoNextTurn(dynamo, certificates),
      perSecond: Number(requireSetting('certificatesPerSecond')),
      holder: awsRequestId,
      clock: systemClock,
      endsAtMilliseconds: systemClock.nowMilliseconds() + runMilliseconds,
    });
    log({ outcome: 'done', ...dispatched });
  },
);
