/** The administration of every function that serves admins, from its environment. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { administrationOf } from '../admin/administer.ts';
import type { AdministeredConnector } from '../admin/connectors.ts';
import { actRecorder } from '../audit/acts.ts';
import type { Log } from '../audit/best-effort.ts';
import { clientDefaults } from '../aws/client-defaults.ts';
import { adminKeys } from '../aws/connector-keys.ts';
import { dynamoChallengeRegister } from '../aws/dynamo-challenge-register.ts';
import { dynamoHistory } from '../aws/dynamo-history.ts';
import { dynamoUsedTokens } from '../aws/dynamo-used-tokens.ts';
import { eventBridge } from '../aws/event-bridge.ts';
import { setting } from '../config/configuration.ts';
import { Fault } from '../core/errors.ts';
import { bounded, remainingMilliseconds } from './invocation.ts';
import { systemClock, systemRandom } from './system.ts';

const secrets = bounded('secrets-manager', new SecretsManagerClient(clientDefaults));

/** The connectors of this service, as the construct wrote them. */
export const connectors = JSON.parse(setting('connectors')) as readonly AdministeredConnector[];

const sources = new Map(
  connectors.map(({ connectorId, lookupSecret, adminSecret }) => [
    connectorId,
    adminKeys(secrets, connectorId, { lookup: lookupSecret, admin: adminSecret }),
  ]),
);

/** The keys of a connector that is declared. */
export const keysOf = ({ connectorId }: AdministeredConnector) => {
  const source = sources.get(connectorId);
  if (source === undefined) throw new Fault('ConnectorWithoutKeys');
  return source();
};

/** The client of DynamoDB for everything that admins read and write. */
export const dynamo = bounded('dynamodb', new DynamoDBClient(clientDefaults));
/** The challenges of every connector of the service. */
export const challenges = dynamoChallengeRegister(dynamo, setting('challengesTable'));

const arnPrefix = setting('arnPrefix');
const events = eventBridge(setting('eventBus'), remainingMilliseconds);

const context = {
  arnPrefix,
  connectors,
  keysOf,
  challenges,
  tokens: dynamoUsedTokens(dynamo, setting('challengesTable')),
  history: dynamoHistory(dynamo, {
    enrolments: setting('enrolmentsTable'),
    refusals: setting('refusalsTable'),
  }),
  nowSeconds: systemClock.nowSeconds,
  random: systemRandom,
};

/** Administration that logs its actions with `log`. */
export const administration = (log: Log) =>
  administrationOf({ ...context, audit: actRecorder({ events, arnPrefix, log }) });
