/** The settle task: challenge spent or given back, outcome recorded. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientDefaults } from '../aws/client-defaults.ts';
import { connectorKeys } from '../aws/connector-keys.ts';
import { dynamoChallenges } from '../aws/dynamo-challenges.ts';
import { dynamoHistory } from '../aws/dynamo-history.ts';
import { dynamoLedger } from '../aws/dynamo-ledger.ts';
import { eventBridge } from '../aws/event-bridge.ts';
import { settle } from '../issuance/settle.ts';
import type { Settlement } from '../issuance/task.ts';
import { setting } from './configuration.ts';
import { remainingMilliseconds } from './invocation.ts';
import { logLine } from './log-line.ts';
import { systemClock } from './system.ts';
import { task } from './task.ts';

const connectorId = setting('connectorId');
const secrets = new SecretsManagerClient(clientDefaults);
const dynamo = new DynamoDBClient(clientDefaults);
const keys = connectorKeys(secrets, setting('connectorKeySecret'), connectorId);

const context = {
  connectorId,
  ledger: dynamoLedger(dynamo, setting('enrolmentsTable'), connectorId, systemClock.nowSeconds),
  challenges: dynamoChallenges(dynamo, setting('challengesTable')),
  audit: {
    history: dynamoHistory(dynamo, setting('historyTable')),
    events: eventBridge(setting('eventBus'), remainingMilliseconds),
    arnPrefix: setting('arnPrefix'),
    certificateAuthorityArn: setting('certificateAuthority'),
    nowMilliseconds: systemClock.nowMilliseconds,
    log: (fields: Readonly<Record<string, unknown>>) =>
      logLine({ event: 'issuance', task: 'settle', connectorId, ...fields }),
  },
};

export const handler = task(
  'settle',
  async (input: Settlement) => {
    const { status } = await settle(input, { ...context, keys: await keys() });
    return { enrolmentId: input.enrolmentId, generation: input.generation, status };
  },
  // Certificates are counted by it (lib/cloud/connector-metrics.ts).
  ({ status }) => ({ status }),
);
