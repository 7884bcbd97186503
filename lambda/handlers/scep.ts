/** The scep function: HTTP API events in, SCEP answers out. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { refusalRecorder } from '../audit/refusals.ts';
import { clientDefaults } from '../aws/client-defaults.ts';
import { connectorKeys } from '../aws/connector-keys.ts';
import { dynamoChallenges } from '../aws/dynamo-challenges.ts';
import { dynamoEnvelopeLimit } from '../aws/dynamo-envelope-limit.ts';
import { dynamoEnvelopes } from '../aws/dynamo-envelopes.ts';
import { dynamoHistory } from '../aws/dynamo-history.ts';
import { dynamoLedger } from '../aws/dynamo-ledger.ts';
import { dynamoTurnstile } from '../aws/dynamo-turnstile.ts';
import { once } from '../aws/once.ts';
import { raIdentities } from '../aws/ra-identities.ts';
import { stepFunctionsConductor } from '../aws/step-functions-conductor.ts';
import type { Connector } from '../connector.ts';
import { answer } from '../http/answer.ts';
import type { Intune } from '../ports.ts';
import type { IntuneSettings } from '../settings.ts';
import { connectorSettings, setting } from './configuration.ts';
import { remainingMilliseconds } from './invocation.ts';
import { logLine } from './log-line.ts';
import { logged } from './logged.ts';
import { systemClock, systemRandom } from './system.ts';

const connectorId = setting('connectorId');
const settings = connectorSettings();
const dynamo = new DynamoDBClient(clientDefaults);
const secrets = new SecretsManagerClient(clientDefaults);
const { nowSeconds } = systemClock;

const identities = raIdentities(secrets, setting('raSecret'), systemClock, logLine);

const keys = connectorKeys(secrets, setting('connectorKeySecret'), connectorId);

/** Loaded with the first refusal: a cold start that ends with a certificate does not pay for it. */
const bus = once(async () => {
  const { eventBridge } = await import('../aws/event-bridge.ts');
  return eventBridge(setting('eventBus'), remainingMilliseconds);
});

/** Loaded for an Intune connector alone: OAuth and JOSE are no part of the others' cold start. */
async function loadedIntune(declared: IntuneSettings): Promise<Intune> {
  const { intuneOf } = await import('./intune-of.ts');
  return intuneOf(declared);
}

const ports = {
  challenges: dynamoChallenges(dynamo, setting('challengesTable')),
  ...(settings.intune && { intune: await loadedIntune(settings.intune) }),
  ledger: dynamoLedger(dynamo, setting('enrolmentsTable'), connectorId, nowSeconds),
  envelopes: {
    ...dynamoEnvelopes(dynamo, setting('envelopesTable'), {
      connectorId,
      // An RA key opens envelopes as the current and then as the previous identity.
      keptDays: 2 * settings.raValidityDays,
      nowSeconds,
    }),
    ...dynamoEnvelopeLimit(dynamo, setting('envelopesTable'), { connectorId, nowSeconds }),
  },
  turnstile: dynamoTurnstile(dynamo, setting('enrolmentsTable'), connectorId, {
    perSecond: settings.certificatesPerSecond,
    nowMilliseconds: systemClock.nowMilliseconds,
  }),
  conductor: stepFunctionsConductor(new SFNClient(clientDefaults), setting('issuanceStateMachine')),
  clock: systemClock,
  random: systemRandom,
  recordRefusal: refusalRecorder({
    history: dynamoHistory(dynamo, setting('historyTable')),
    events: { publish: async (event) => (await bus()).publish(event) },
    arnPrefix: setting('arnPrefix'),
    certificateAuthorityArn: setting('certificateAuthority'),
    nowMilliseconds: systemClock.nowMilliseconds,
    log: (fields) => logLine({ event: 'scep', connectorId, ...fields }),
  }),
};

const connect = async (): Promise<Connector> => {
  const [current, derived] = await Promise.all([identities.current(), keys()]);
  const { newest } = identities;
  return {
    connectorId,
    settings,
    keys: derived,
    identities: current,
    newestIdentities: newest,
    ...ports,
  };
};

export const handler = logged(
  (_: APIGatewayProxyEventV2, { awsRequestId }) => ({
    event: 'scep',
    connectorId,
    requestId: awsRequestId,
  }),
  (event, log) => answer(event, { settings, connect, log }),
);
