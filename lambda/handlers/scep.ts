/** The scep function: HTTP API events in, SCEP answers out. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { refusalRecorder } from '../audit/refusals.ts';
import { unopenedCounter } from '../audit/unopened.ts';
import { clientDefaults } from '../aws/client-defaults.ts';
import { issuanceKeys } from '../aws/connector-keys.ts';
import { dynamoEnrolments } from '../aws/dynamo-enrolments.ts';
import { dynamoEnvelopes } from '../aws/dynamo-envelopes.ts';
import { dynamoIntuneVerdicts } from '../aws/dynamo-intune-verdicts.ts';
import { dynamoRefusals } from '../aws/dynamo-refusals.ts';
import { dynamoSourceLimits } from '../aws/dynamo-source-limit.ts';
import { issuanceWorkflow } from '../aws/issuance-workflow.ts';
import { once } from '../aws/once.ts';
import { raIdentities } from '../aws/ra-identities.ts';
import { connectorSettings, setting } from '../config/configuration.ts';
import type { IntuneSettings } from '../config/settings.ts';
import { describeForLog } from '../core/errors.ts';
import { createPace } from '../core/pace.ts';
import { answer } from '../http/answer.ts';
import type { Intune } from '../ports/intune.ts';
import { usualAttemptMilliseconds } from '../scep/await-outcome.ts';
import type { ScepContext } from '../scep/context.ts';
import { enrolmentTables } from './enrolment-tables.ts';
import { bounded, remainingMilliseconds } from './invocation.ts';
import { logLine } from './log-line.ts';
import { logged } from './logged.ts';
import { systemClock, systemRandom } from './system.ts';

const connectorId = setting('connectorId');
const settings = connectorSettings();
const dynamo = bounded('dynamodb', new DynamoDBClient(clientDefaults));
const secrets = bounded('secrets-manager', new SecretsManagerClient(clientDefaults));
const sfn = bounded('sfn', new SFNClient(clientDefaults));
const { nowSeconds } = systemClock;

const identities = raIdentities(secrets, setting('raSecret'), systemClock, logLine);

const keys = issuanceKeys(secrets, connectorId, {
  lookup: setting('lookupSecret'),
  issuance: setting('issuanceSecret'),
});

/** Loaded with the first refusal: a cold start that ends with a certificate does not pay for it. */
const bus = once(async () => {
  const { eventBridge } = await import('../aws/event-bridge.ts');
  return eventBridge(setting('eventBus'), remainingMilliseconds);
});

/**
 * Loaded for an Intune connector alone, so that other cold starts do not pay for OAuth and JOSE.
 */
async function loadedIntune(declared: IntuneSettings): Promise<Intune> {
  const { intuneOf } = await import('./intune-of.ts');
  return intuneOf(declared);
}

const log = (fields: Readonly<Record<string, unknown>>): void =>
  logLine({ event: 'scep', connectorId, ...fields });

const refusals = dynamoRefusals(dynamo, setting('refusalsTable'));

const ports = {
  ...(settings.intune && {
    intune: await loadedIntune(settings.intune),
    verdicts: dynamoIntuneVerdicts(dynamo, setting('enrolmentsTable'), connectorId),
  }),
  enrolments: dynamoEnrolments(dynamo, enrolmentTables(), { connectorId, nowSeconds }),
  envelopes: dynamoEnvelopes(dynamo, setting('envelopesTable'), {
    connectorId,
    // An RA key opens envelopes as the current and then as the previous identity.
    keptDays: 2 * settings.raValidityDays,
    nowSeconds,
  }),
  limits: dynamoSourceLimits(dynamo, setting('envelopesTable'), { connectorId, nowSeconds }),
  pace: createPace(usualAttemptMilliseconds, { min: 10, max: 2000 }),
  workflow: issuanceWorkflow(sfn, setting('issuanceStateMachine')),
  clock: systemClock,
  random: systemRandom,
  recordRefusal: refusalRecorder({
    refusals,
    events: { publish: async (event) => (await bus()).publish(event) },
    arnPrefix: setting('arnPrefix'),
    certificateAuthorityArn: setting('certificateAuthority'),
    nowMilliseconds: systemClock.nowMilliseconds,
    log,
  }),
  countRefusal: unopenedCounter({
    refusals,
    nowMilliseconds: systemClock.nowMilliseconds,
    log,
  }),
  report: (step: string, error: unknown): void =>
    log({ outcome: 'postponed', step, ...describeForLog(error) }),
};

const connect = async (): Promise<ScepContext> => {
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

/**
 * The secrets are read while Lambda starts the function. After a failure the first request reads
 * them again.
 */
const begun = connect().catch(() => undefined);

async function connectAfterStart(): Promise<ScepContext> {
  await begun;
  return await connect();
}

export const handler = logged(
  (_: APIGatewayProxyEventV2, { awsRequestId }) => ({
    event: 'scep',
    connectorId,
    requestId: awsRequestId,
  }),
  (event, log) => answer(event, { settings, connect: connectAfterStart, log }),
);
