/** Builds the administration of every function that serves admins from its environment. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AdministeredConnector } from '../admin/administered-connector.ts';
import { createAdministration } from '../admin/create-administration.ts';
import { createActionRecorder } from '../audit/actions.ts';
import type { Log } from '../audit/best-effort.ts';
import { clientDefaults } from '../aws/client-defaults.ts';
import { createAdminKeySource } from '../aws/connector-keys.ts';
import { createDynamoChallengeRegister } from '../aws/dynamo-challenge-register.ts';
import { createDynamoHistory } from '../aws/dynamo-history.ts';
import { createDynamoUsedTokens } from '../aws/dynamo-used-tokens.ts';
import { createEventBridge } from '../aws/event-bridge.ts';
import { requireSetting } from '../config/configuration.ts';
import { Fault } from '../core/errors.ts';
import { boundToInvocation, getRemainingMilliseconds } from './invocation.ts';
import { getRandomOctets, systemClock } from './system.ts';

const secrets = boundToInvocation('secrets-manager', new SecretsManagerClient(clientDefaults));

/** The connectors of this service, as the construct wrote them. */
export const connectors = JSON.parse(
  requireSetting('connectors'),
) as readonly AdministeredConnector[];

const sources = new Map(
  connectors.map(({ connectorId, lookupSecret, adminSecret }) => [
    connectorId,
    createAdminKeySource(secrets, connectorId, { lookup: lookupSecret, admin: adminSecret }),
  ]),
);

/** Reads the keys of a declared connector. Throws `ConnectorWithoutKeys` for any other. */
export const createKeySource = ({ connectorId }: AdministeredConnector) => {
  const source = sources.get(connectorId);
  if (source === undefined) throw new Fault('ConnectorWithoutKeys');
  return source();
};

/** The DynamoDB client of the functions that serve admins. */
export const dynamo = boundToInvocation('dynamodb', new DynamoDBClient(clientDefaults));

/** The challenges of every connector of the service. */
export const challenges = createDynamoChallengeRegister(dynamo, requireSetting('challengesTable'));

const arnPrefix = requireSetting('arnPrefix');
const events = createEventBridge(requireSetting('eventBus'), getRemainingMilliseconds);

const context = {
  arnPrefix,
  connectors,
  keysOf: createKeySource,
  challenges,
  tokens: createDynamoUsedTokens(dynamo, requireSetting('challengesTable')),
  history: createDynamoHistory(dynamo, {
    enrolments: requireSetting('enrolmentsTable'),
    refusals: requireSetting('refusalsTable'),
  }),
  nowSeconds: systemClock.nowSeconds,
  random: getRandomOctets,
};

/** Creates the administration, which logs its actions with `log`. */
export const createAdministrationFromEnvironment = (log: Log) =>
  createAdministration({ ...context, audit: createActionRecorder({ events, arnPrefix, log }) });
