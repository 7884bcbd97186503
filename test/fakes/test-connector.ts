/**
 * A whole connector in memory: the real modules on in-memory ports. What the state machine does between its tasks is
 * done here by `conductor`, at once, or not at all until a test says so.
 */
import { randomBytes } from 'node:crypto';
import { type ChallengeTerms, createChallenge } from '../../lambda/admin/create-challenge.ts';
import { refusalRecorder } from '../../lambda/audit/refusals.ts';
import type { Connector } from '../../lambda/connector.ts';
import { answerPkiMessage } from '../../lambda/enrolment.ts';
import type { Generation } from '../../lambda/generation.ts';
import { clouds } from '../../lambda/intune/cloud.ts';
import { collect } from '../../lambda/issuance/collect.ts';
import { issue } from '../../lambda/issuance/issue.ts';
import { lint } from '../../lambda/issuance/lint.ts';
import { notify } from '../../lambda/issuance/notify.ts';
import { settle } from '../../lambda/issuance/settle.ts';
import { type Settlement, terminalErrors } from '../../lambda/issuance/task.ts';
import { defaultQuirks, type Quirks } from '../../lambda/message/quirks.ts';
import { type RaIdentity, raIdentityOf } from '../../lambda/message/ra-identity.ts';
import { connectorKeysOf } from '../../lambda/policy/connector-key.ts';
import { defaultProfile, type Profile } from '../../lambda/policy/profile.ts';
import type { CertificateOrder, EventBus } from '../../lambda/ports.ts';
import type { IntuneSettings } from '../../lambda/settings.ts';
import { type TestRa, testRa } from '../kit/test-ra.ts';
import { memoryChallenges } from './memory-challenges.ts';
import { memoryEnvelopes } from './memory-envelopes.ts';
import { memoryEventBus, memoryHistory } from './memory-history.ts';
import { type MemoryIntune, memoryIntune } from './memory-intune.ts';
import { memoryLedger } from './memory-ledger.ts';
import { memoryPrivateCa, pem } from './memory-private-ca.ts';
import { memoryIssuedCertificates } from './memory-revocations.ts';
import { memoryTurnstile } from './memory-turnstile.ts';

/** What a test may want otherwise. */
export interface TestConnectorOptions {
  readonly ra?: TestRa;
  readonly previousRa?: TestRa;
  /** The RA of a rotation that this function has not noticed yet. */
  readonly nextRa?: TestRa;
  readonly quirks?: Partial<Quirks>;
  readonly profile?: Partial<Profile>;
  readonly waitSeconds?: number;
  /** Do not issue until `conduct` is called. */
  readonly held?: boolean;
  /** An Intune connector, with this Intune. */
  readonly intune?: MemoryIntune;
  /** How the CA deviates from what it is told. */
  readonly alter?: (order: CertificateOrder) => CertificateOrder;
  /** What becomes of events. */
  readonly publish?: EventBus['publish'];
}

const connectorId = 'test';

/** What a test's Intune connector was declared with. */
const intuneSettings: IntuneSettings = {
  tenantId: '11111111-2222-4333-8444-555555555555',
  applicationId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  authentication: 'clientSecret',
  cloud: clouds.public,
};

const keys = connectorKeysOf(connectorId, 'a connector key secret of enough characters');

/** The identity that a connector would read from its RA secret. */
export function identityFrom(ra: TestRa): RaIdentity {
  const privateKeyPem = ra.raKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const secret = {
    privateKeyPem,
    certificatePem: pem(ra.raCertificate),
    chainPem: pem(ra.caCertificate),
  };
  const identity = raIdentityOf(JSON.stringify(secret));
  if (identity === undefined) throw new Error('the test RA is incomplete');
  return identity;
}

/** Makes one; every member is fresh but the RA. */
export function testConnector(options: TestConnectorOptions = {}) {
  const ra = options.ra ?? testRa();
  const ca = memoryPrivateCa(ra, options.alter);
  const ledger = memoryLedger();
  const challenges = memoryChallenges();
  const time = { seconds: Math.floor(Date.now() / 1000) };
  const started: Generation[] = [];
  const turnstile = memoryTurnstile(25);
  const nowMilliseconds = () => time.seconds * 1000;
  const signingAlgorithm = 'SHA256WITHRSA';
  const { intune = memoryIntune() } = options;
  const nowSeconds = () => time.seconds;
  const certificates = memoryIssuedCertificates([], ledger);
  const issuing = {
    certificates,
    turnstile,
    nowMilliseconds,
    nowSeconds,
    signingAlgorithm,
    intune,
  };
  const history = memoryHistory();
  const bus = memoryEventBus();
  const lines: unknown[] = [];
  const audit = {
    history,
    events: options.publish ? { publish: options.publish } : bus,
    arnPrefix: 'arn:aws:pca-connector-scep:eu-west-1:111122223333',
    certificateAuthorityArn: 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/test',
    nowMilliseconds,
    log: (fields: object) => {
      lines.push(fields);
    },
  };
  const context = { connectorId, keys, ledger, challenges, ca, audit, ...issuing };
  const conduct = (input: Generation) =>
    conductIssuance(input, context, options.intune !== undefined);
  const previous = options.previousRa ? [identityFrom(options.previousRa)] : [];
  const connector: Connector = {
    connectorId,
    settings: {
      profile: { ...defaultProfile, ...options.profile },
      quirks: { ...defaultQuirks, ...options.quirks },
      waitSeconds: options.waitSeconds ?? 20,
      signingAlgorithm,
      certificatesPerSecond: 25,
      raValidityDays: 7,
      ...(options.intune && { intune: intuneSettings }),
    },
    keys,
    identities: [identityFrom(ra), ...previous],
    newestIdentities: async () =>
      options.nextRa
        ? [identityFrom(options.nextRa), identityFrom(ra)]
        : [identityFrom(ra), ...previous],
    challenges,
    ...(options.intune && { intune }),
    ledger,
    envelopes: memoryEnvelopes(),
    turnstile,
    conductor: {
      start: async (input) => {
        started.push(input);
        if (!options.held) await conduct(input);
        return 'running';
      },
    },
    clock: {
      nowSeconds,
      nowMilliseconds,
      sleep: async (milliseconds) => {
        time.seconds += milliseconds / 1000;
      },
    },
    random: (octets) => randomBytes(octets),
    recordRefusal: refusalRecorder(audit),
  };
  const challenge = async (terms: ChallengeTerms = { maxUses: 1 }): Promise<string> => {
    const made = { connectorId, keys, challenges, random: connector.random };
    return (await createChallenge(terms, { ...made, nowSeconds: time.seconds })).password;
  };
  const send = (bytes: Uint8Array) => answerPkiMessage(bytes, connector);
  const audited = { history, events: bus.events, lines };
  return {
    ra,
    ca,
    connector,
    certificates,
    challenge,
    send,
    started,
    conduct,
    time,
    store: challenges,
    audited,
  };
}

type IssuanceContext = Parameters<typeof issue>[1] &
  Parameters<typeof lint>[1] &
  Parameters<typeof notify>[1] &
  Parameters<typeof settle>[1] & { readonly ca: Parameters<typeof collect>[1] };

/** The state machine's graph, without its waits (lib/cloud/issuance.ts has the real one). */
async function conductIssuance(
  input: Generation,
  context: IssuanceContext,
  notifies: boolean,
): Promise<void> {
  const certified = await certifiedOrRefused(input, context);
  await settle(notifies ? await notify(certified, context) : certified, context);
}

async function certifiedOrRefused(
  input: Generation,
  context: IssuanceContext,
): Promise<Settlement> {
  let certificateArn: string | undefined;
  try {
    // In this CA's time every turn has come.
    const requested = await issue({ ...input, turnAtMilliseconds: 0 }, context);
    if (!requested.asked) throw new Error('a turn was taken twice');
    certificateArn = requested.certificateArn;
    let collected = await collect(requested, context.ca);
    while (!collected.ready) collected = await collect(collected, context.ca);
    return await lint(collected, context);
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (!terminalErrors.some((terminal) => terminal === name)) throw error;
    return { ...input, certificateArn, error: { Error: name } };
  }
}
