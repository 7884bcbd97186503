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
import { boundToInvocation, getRemainingMilliseconds } from './invocation.ts';
import { getRandomOctets, systemClock } from './system.ts';

const secrets = boundToInvocation('secrets-manager', new SecretsManagerClient(clientDefaults));

const sources = new Map<string, ReturnType<typeof createAdminKeySource>>();

/** Reads the keys of a connector, once per pair of secrets. */
export function readAdminKeys(
  connector: AdministeredConnector,
): ReturnType<ReturnType<typeof createAdminKeySource>> {
  const { connectorId, lookupSecret, adminSecret } = connector;
  const id = `${connectorId} ${lookupSecret} ${adminSecret}`;
  const known = sources.get(id);
  if (known !== undefined) return known();
  const source = createAdminKeySource(secrets, connectorId, {
    lookup: lookupSecret,
    admin: adminSecret,
  });
  sources.set(id, source);
  return source();
}

/** The DynamoDB client of the functions that serve admins. */
export const dynamo = boundToInvocation('dynamodb', new DynamoDBClient(clientDefaults));

/** The challenges of every connector of the service. */
export const challenges = createDynamoChallengeRegister(dynamo, requireSetting('challengesTable'));

const arnPrefix = requireSetting('arnPrefix');
const events = createEventBridge(requireSetting('eventBus'), getRemainingMilliseconds);

const context = {
  arnPrefix,
  keysOf: readAdminKeys,
  challenges,
  tokens: createDynamoUsedTokens(dynamo, requireSetting('challengesTable')),
  history: createDynamoHistory(dynamo, {
    enrolments: requireSetting('enrolmentsTable'),
    refusals: requireSetting('refusalsTable'),
  }),
  nowSeconds: systemClock.nowSeconds,
  random: getRandomOctets,
};

/** Creates the administration of these connectors. It logs its actions with `log`. */
export const createAdministrationOf = (connectors: readonly AdministeredConnector[], log: Log) =>
  createAdministration({
    ...context,
    connectors,
    audit: createActionRecorder({ events, arnPrefix, log }),
  });
