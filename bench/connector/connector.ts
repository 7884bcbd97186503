/**
 * A connector without AWS: the pure modules, ports in this process, and a clock that does not wait.
 */
import { randomBytes } from 'node:crypto';
import { createChallenge } from '../../lambda/admin/challenges/create-challenge.ts';
import type { ConnectorSettings } from '../../lambda/config/settings.ts';
import type { CertifyContext } from '../../lambda/issuance/context.ts';
import { defaultQuirks } from '../../lambda/message/quirks.ts';
import { parseRaIdentity } from '../../lambda/message/ra-identity.ts';
import { deriveAdminKeys, deriveIssuanceKeys } from '../../lambda/policy/connector-key.ts';
import { defaultProfile } from '../../lambda/policy/profile.ts';
import type { IssuanceWorkflow } from '../../lambda/ports/issuance-workflow.ts';
import type { Clock } from '../../lambda/ports/system.ts';
import type { ScepContext } from '../../lambda/scep/context.ts';
import type { BenchAuthority } from './authority.ts';
import { createMemoryStore, noLimit, type Store } from './store.ts';

export const connectorId = 'bench';

/** The texts of the connector's secrets. */
export const secretTexts = {
  lookup: 'a lookup secret of a connector, of enough characters',
  issuance: 'an issuance secret of a connector, of enough characters',
  admin: 'an admin secret of a connector, of enough characters',
} as const;

/** The settings of a connector that declares nothing. */
export const settings: ConnectorSettings = {
  profile: defaultProfile,
  quirks: defaultQuirks,
  waitSeconds: 3,
  signingAlgorithm: 'SHA256WITHRSA',
  raValidityDays: 30,
};

const random = (octets: number): Uint8Array => randomBytes(octets);

/** A real clock whose sleeps end at once. */
const clock: Clock = {
  nowSeconds: () => Math.floor(Date.now() / 1000),
  nowMilliseconds: () => Date.now(),
  sleep: async () => {},
};

/**
 * Builds the contexts of both functions on one store; `workflow` decides how an attempt is
 * certified.
 */
export function createConnector(
  { raSecret, sign }: BenchAuthority,
  workflow: (context: CertifyContext, store: Store) => IssuanceWorkflow,
): { readonly scep: ScepContext; readonly store: Store } {
  const identity = parseRaIdentity(JSON.stringify(raSecret));
  if (identity === undefined) throw new Error('the RA of the bench is incomplete');
  const store = createMemoryStore();
  const keys = deriveIssuanceKeys(connectorId, secretTexts);
  const issued = new Map<string, string>();
  const certify: CertifyContext = {
    connectorId,
    signingAlgorithm: settings.signingAlgorithm,
    keys,
    attempts: store.attempts,
    rateLimiter: { take: async (now) => now },
    ca: {
      issue: async (order) => {
        const certificateArn = `${certificateAuthorityArn}/certificate/${order.idempotencyToken}`;
        issued.set(certificateArn, sign(order));
        return certificateArn;
      },
      retrieve: async (certificateArn) => issued.get(certificateArn),
    },
    clock,
    random,
    publish: async () => {},
    arnPrefix: 'arn:aws:pca-connector-scep:eu-west-1:111122223333',
    certificateAuthorityArn,
    log: () => {},
  };
  const identities = [identity] as const;
  const scep: ScepContext = {
    connectorId,
    settings,
    keys,
    identities,
    newestIdentities: async () => identities,
    enrolments: store.enrolments,
    envelopes: store.envelopes,
    limits: { decryptions: noLimit, guesses: noLimit, validations: noLimit },
    workflow: workflow(certify, store),
    clock,
    random,
  };
  return { scep, store };
}

const certificateAuthorityArn =
  'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/bench';

/** The password of every connector in the bench; its challenge has no limit of uses. */
export const challengePassword = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Creates that challenge, as the admin function does. */
export async function createBenchChallenge(challenges: Store['challenges']): Promise<void> {
  const keys = deriveAdminKeys(connectorId, secretTexts);
  const nowSeconds = clock.nowSeconds();
  const password = challengePassword;
  await createChallenge({}, { connectorId, keys, challenges, nowSeconds, random, password });
}
