/**
 * A whole connector in memory: the real modules on in-memory ports. `conduct` replaces the workflow
 * between Certify's rounds. It runs at once, or on demand if the test holds it.
 */
import { randomBytes } from 'node:crypto';
import type { ChallengeTerms } from '../../../lambda/admin/administration.ts';
import { createChallenge } from '../../../lambda/admin/challenges/create-challenge.ts';
import { runBestEffort } from '../../../lambda/audit/best-effort.ts';
import { createRefusalRecorder } from '../../../lambda/audit/refusals.ts';
import { createUnopenedCounter } from '../../../lambda/audit/unopened-refusals.ts';
import type { IntuneSettings } from '../../../lambda/config/settings.ts';
import type { Attempt } from '../../../lambda/core/attempt.ts';
import { describeForLog } from '../../../lambda/core/errors.ts';
import { clouds } from '../../../lambda/intune/cloud.ts';
import { runCertify } from '../../../lambda/issuance/certify.ts';
import type { CertifyContext } from '../../../lambda/issuance/context.ts';
import type { CertifyInput } from '../../../lambda/issuance/task.ts';
import { defaultQuirks, type Quirks } from '../../../lambda/message/quirks.ts';
import { parseRaIdentity, type RaIdentity } from '../../../lambda/message/ra-identity.ts';
import { deriveAdminKeys, deriveIssuanceKeys } from '../../../lambda/policy/connector-key.ts';
import { defaultProfile, type Profile } from '../../../lambda/policy/profile.ts';
import type { CertificateOrder } from '../../../lambda/ports/certificate-authority.ts';
import type { EventBus } from '../../../lambda/ports/history.ts';
import type { Clock } from '../../../lambda/ports/system.ts';
import { revokeWithheld } from '../../../lambda/revocation/revoke-withheld.ts';
import { answerPkiMessage } from '../../../lambda/scep/answer-pki-message.ts';
import type { ScepContext } from '../../../lambda/scep/context.ts';
import { type TestRa, testRa } from '../kit/test-ra.ts';
import { memoryAttempts, memoryRateLimiter } from './memory-attempts.ts';
import { memoryChallenges } from './memory-challenges.ts';
import { memoryIssuedCertificates, memoryWithheld } from './memory-due.ts';
import { memoryEnrolments } from './memory-enrolments.ts';
import { memoryEnvelopes, memoryLimits } from './memory-envelopes.ts';
import { memoryEventBus, memoryHistory } from './memory-history.ts';
import { type MemoryIntune, memoryIntune } from './memory-intune.ts';
import { memoryIntuneVerdicts } from './memory-intune-verdicts.ts';
import { memoryPrivateCa, pem } from './memory-private-ca.ts';
import { memoryTables } from './memory-tables.ts';

/** The differences between a test's connector and the default. */
export interface TestConnectorOptions {
  readonly ra?: TestRa;
  readonly previousRa?: TestRa;
  /** The RA of a rotation that this function has not read yet. */
  readonly nextRa?: TestRa;
  readonly quirks?: Partial<Quirks>;
  readonly profile?: Partial<Profile>;
  readonly waitSeconds?: number;
  /** Whether nothing is issued until `conduct` is called. */
  readonly held?: boolean;
  /** Makes it an Intune connector, with this Intune. */
  readonly intune?: MemoryIntune;
  /** Changes the CA's orders, like a faulty CA. */
  readonly alter?: (order: CertificateOrder) => CertificateOrder;
  /** The destination of events. */
  readonly publish?: EventBus['publish'];
}

const connectorId = 'test';
const arnPrefix = 'arn:aws:pca-connector-scep:eu-west-1:111122223333';
export const certificateAuthorityArn =
  'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/test';
const signingAlgorithm = 'SHA256WITHRSA';

/** The declaration of a test's Intune connector. */
const intuneSettings: IntuneSettings = {
  tenantId: '11111111-2222-4333-8444-555555555555',
  applicationId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  authentication: 'clientSecret',
  cloud: clouds.public,
};

const lookup = 'a lookup secret of a connector, of enough characters';

/** The keys that a test's connector issues with. */
const issuanceKeys = deriveIssuanceKeys(connectorId, {
  lookup,
  issuance: 'an issuance secret of a connector, of enough characters',
});

/** The keys that a test's connector is administered with. */
export const adminKeys = deriveAdminKeys(connectorId, {
  lookup,
  admin: 'an admin secret of a connector, of enough characters',
});

/** The identity that a connector reads from its RA secret. */
export function identityFrom(ra: TestRa): RaIdentity {
  const privateKeyPem = ra.raKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const secret = {
    privateKeyPem,
    certificatePem: pem(ra.raCertificate),
    chainPem: pem(ra.caCertificate),
  };
  const identity = parseRaIdentity(JSON.stringify(secret));
  if (identity === undefined) throw new Error('the test RA is incomplete');
  return identity;
}

/** Creates a connector; every member is new except the RA. */
export function testConnector(options: TestConnectorOptions = {}) {
  const ra = options.ra ?? testRa();
  const ca = memoryPrivateCa(ra, options.alter);
  const tables = memoryTables();
  const challenges = memoryChallenges(tables);
  const time = { seconds: Math.floor(Date.now() / 1000) };
  const clock: Clock = {
    nowSeconds: () => Math.floor(time.seconds),
    nowMilliseconds: () => Math.round(time.seconds * 1000),
    sleep: async (milliseconds) => {
      time.seconds += milliseconds / 1000;
    },
  };
  const random = (octets: number) => randomBytes(octets);
  const { intune = memoryIntune() } = options;
  const history = memoryHistory(tables);
  const bus = memoryEventBus();
  const events = options.publish ? { publish: options.publish } : bus;
  const lines: object[] = [];
  const log = (fields: object): void => {
    lines.push(fields);
  };
  const certifyContext: CertifyContext = {
    connectorId,
    signingAlgorithm,
    keys: issuanceKeys,
    attempts: memoryAttempts(tables, connectorId),
    rateLimiter: memoryRateLimiter(tables, 25),
    ca,
    ...(options.intune && { intune }),
    clock,
    random,
    publish: (event) => runBestEffort('event', 1000, () => events.publish(event), log),
    arnPrefix,
    certificateAuthorityArn,
    log,
  };
  const conduct = (attempt: Attempt): Promise<void> => conductAttempt(attempt, certifyContext);
  const started: Attempt[] = [];
  const previous = options.previousRa ? [identityFrom(options.previousRa)] : [];
  const connector: ScepContext = {
    connectorId,
    settings: {
      profile: { ...defaultProfile, ...options.profile },
      quirks: { ...defaultQuirks, ...options.quirks },
      waitSeconds: options.waitSeconds ?? 3,
      signingAlgorithm,
      raValidityDays: 7,
      ...(options.intune && { intune: intuneSettings }),
    },
    keys: issuanceKeys,
    identities: [identityFrom(ra), ...previous],
    newestIdentities: async () =>
      options.nextRa
        ? [identityFrom(options.nextRa), identityFrom(ra)]
        : [identityFrom(ra), ...previous],
    enrolments: memoryEnrolments(tables, connectorId),
    ...(options.intune && { intune, verdicts: memoryIntuneVerdicts() }),
    envelopes: memoryEnvelopes(clock.nowSeconds),
    limits: memoryLimits(),
    workflow: {
      start: async (attempt) => {
        started.push(attempt);
        if (!options.held) await conduct(attempt);
      },
    },
    clock,
    random,
    recordRefusal: createRefusalRecorder({
      refusals: history,
      events,
      arnPrefix,
      certificateAuthorityArn,
      nowMilliseconds: clock.nowMilliseconds,
      log,
    }),
    countRefusal: createUnopenedCounter({
      refusals: history,
      nowMilliseconds: clock.nowMilliseconds,
      log,
    }),
  };
  const challenge = async (terms: ChallengeTerms = { maxUses: 1 }): Promise<string> => {
    const made = { connectorId, keys: adminKeys, challenges, random };
    return (await createChallenge(terms, { ...made, nowSeconds: clock.nowSeconds() })).password;
  };
  const send = (bytes: Uint8Array) => answerPkiMessage(bytes, connector);
  const withheld = memoryWithheld(tables, { connectorId, nowSeconds: clock.nowSeconds });
  return {
    ra,
    ca,
    connector,
    certifyContext,
    tables,
    certificates: memoryIssuedCertificates(tables, connectorId),
    challenge,
    send,
    started,
    conduct,
    /** Makes one run of Revoke. */
    revoke: () =>
      revokeWithheld({
        withheld,
        ca,
        batch: 100,
        nowSeconds: clock.nowSeconds,
        report: (error) => log(describeForLog(error)),
      }),
    time,
    store: challenges,
    audited: { history, events: bus.events, lines },
  };
}

/**
 * The workflow's loop (the real one is in lib/cloud): rounds until one is done, at most five
 * minutes.
 */
async function conductAttempt(attempt: Attempt, context: CertifyContext): Promise<void> {
  let input: CertifyInput = attempt;
  for (let rounds = 0; rounds < 100; rounds += 1) {
    const result = await runCertify(input, context);
    if (result.isDone) return;
    const { enrolmentId, startedAtMilliseconds } = result;
    await context.clock.sleep(result.waitSeconds * 1000);
    input = { enrolmentId, attempt: attempt.attempt, startedAtMilliseconds };
  }
  throw new Error('the workflow does not end');
}
