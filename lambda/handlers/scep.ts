/** The scep function, which answers HTTP API events of devices. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createRefusalRecorder } from '../audit/refusals.ts';
import { createUnopenedCounter } from '../audit/unopened-refusals.ts';
import { clientDefaults } from '../aws/client-defaults.ts';
import { createIssuanceKeySource } from '../aws/connector-keys.ts';
import { createDynamoClientLimits } from '../aws/dynamo-client-limits.ts';
import { createDynamoEnrolments } from '../aws/dynamo-enrolments.ts';
import { createDynamoIntuneVerdicts } from '../aws/dynamo-intune-verdicts.ts';
import { createDynamoRefusals } from '../aws/dynamo-refusals.ts';
import { createDynamoReplayGuard } from '../aws/dynamo-replay-guard.ts';
import { createIssuanceWorkflow } from '../aws/issuance-workflow.ts';
import { createRaIdentitySource } from '../aws/ra-identities.ts';
import { readConnectorSettings, requireSetting } from '../config/configuration.ts';
import type { IntuneSettings } from '../config/settings.ts';
import { describeForLog } from '../core/errors.ts';
import { createLazy } from '../core/lazy.ts';
import { createPace } from '../core/pace.ts';
import { answer } from '../http/answer.ts';
import type { Intune } from '../ports/intune.ts';
import { usualAttemptMilliseconds } from '../scep/await-outcome.ts';
import type { ScepContext } from '../scep/context.ts';
import { readEnrolmentTables } from './enrolment-tables.ts';
import { boundToInvocation, getRemainingMilliseconds } from './invocation.ts';
import { logLine } from './log-line.ts';
import { withLog } from './logged.ts';
import { getRandomOctets, systemClock } from './system.ts';

const connectorId = requireSetting('connectorId');
const settings = readConnectorSettings();
const dynamo = boundToInvocation('dynamodb', new DynamoDBClient(clientDefaults));
const secrets = boundToInvocation('secrets-manager', new SecretsManagerClient(clientDefaults));
const sfn = boundToInvocation('sfn', new SFNClient(clientDefaults));
const { nowSeconds } = systemClock;

const identities = createRaIdentitySource(
  secrets,
  requireSetting('raSecret'),
  systemClock,
  logLine,
);

const keys = createIssuanceKeySource(secrets, connectorId, {
  lookup: requireSetting('lookupSecret'),
  issuance: requireSetting('issuanceSecret'),
});

/** Loads the bus with the first refusal, so that most cold starts do not load it. */
const bus = createLazy(async () => {
  const { createEventBridge } = await import('../aws/event-bridge.ts');
  return createEventBridge(requireSetting('eventBus'), getRemainingMilliseconds);
});

/** Loads Intune for an Intune connector only, so that other cold starts load no OAuth and JOSE. */
async function loadIntune(declared: IntuneSettings): Promise<Intune> {
  const { createIntuneFromSettings } = await import('./intune.ts');
  return createIntuneFromSettings(declared);
}

const log = (fields: Readonly<Record<string, unknown>>): void =>
  logLine({ event: 'scep', connectorId, ...fields });

const refusals = createDynamoRefusals(dynamo, requireSetting('refusalsTable'));

const ports = {
  ...(settings.intune && {
    intune: await loadIntune(settings.intune),
    verdicts: createDynamoIntuneVerdicts(dynamo, requireSetting('enrolmentsTable'), connectorId),
  }),
  enrolments: createDynamoEnrolments(dynamo, readEnrolmentTables(), { connectorId, nowSeconds }),
  envelopes: createDynamoReplayGuard(dynamo, requireSetting('envelopesTable'), {
    connectorId,
    // An RA key decrypts envelopes for two periods: as the current and as the previous identity.
    keptDays: 2 * settings.raValidityDays,
    nowSeconds,
  }),
  limits: createDynamoClientLimits(dynamo, requireSetting('envelopesTable'), {
    connectorId,
    nowSeconds,
  }),
  pace: createPace(usualAttemptMilliseconds, { min: 10, max: 2000 }),
  workflow: createIssuanceWorkflow(sfn, requireSetting('issuanceStateMachine')),
  clock: systemClock,
  random: getRandomOctets,
  recordRefusal: createRefusalRecorder({
    refusals,
    events: { publish: async (event) => (await bus()).publish(event) },
    arnPrefix: requireSetting('arnPrefix'),
    certificateAuthorityArn: requireSetting('certificateAuthority'),
    nowMilliseconds: systemClock.nowMilliseconds,
    log,
  }),
  countRefusal: createUnopenedCounter({
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

/** Reads the secrets during the cold start. After a failure the first request reads them again. */
const coldStart = connect().catch(() => undefined);

async function connectAfterStart(): Promise<ScepContext> {
  await coldStart;
  return await connect();
}

export const handler = withLog(
  (_: APIGatewayProxyEventV2, { awsRequestId }) => ({
    event: 'scep',
    connectorId,
    requestId: awsRequestId,
  }),
  (event, log) => answer(event, { settings, connect: connectAfterStart, log }),
);
