/**
 * The RA identities of a connector: the current one, and after a rotation also the previous one for
 * an overlap.
 */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Fault } from '../core/errors.ts';
import { parseRaIdentity, type RaIdentities } from '../message/ra-identity.ts';
import { assertImplicitRejection } from '../message/self-test.ts';
import type { Clock } from '../ports/system.ts';
import { readSecretText } from './secrets.ts';

/**
 * The maximum age of cached identities, in seconds: usually, and for a request whose recipient is
 * not among them.
 */
const maxAgeSeconds = { usually: 300, forUnknownRecipient: 10 };

/**
 * A source of identities. `current` caches them for minutes, and `newest` only for seconds.
 */
export interface IdentitySource {
  readonly current: () => Promise<RaIdentities>;
  readonly newest: () => Promise<RaIdentities>;
}

/**
 * Creates a source of identities. It throws `RaIdentityMissing` (an outage) until the first
 * rotation is complete. While Secrets Manager is down, a warm function uses its cached identities.
 * Every current key is tested for implicit rejection before its first use.
 */
export function createRaIdentitySource(
  client: SecretsManagerClient,
  secretArn: string,
  clock: Pick<Clock, 'nowSeconds'>,
  warn: (fields: Readonly<Record<string, unknown>>) => void,
): IdentitySource {
  let cached: { readonly identities: RaIdentities; readonly atSeconds: number } | undefined;
  const readNoOlderThan = async (seconds: number): Promise<RaIdentities> => {
    if (cached && clock.nowSeconds() - cached.atSeconds < seconds) return cached.identities;
    try {
      const identities = await fetchIdentities(client, secretArn);
      cached = { identities, atSeconds: clock.nowSeconds() };
    } catch (error) {
      if (cached === undefined) throw error;
      warn({ event: 'ra-identities', code: 'Stale' });
      // The cache stays valid for `forUnknownRecipient` seconds more, so that not every request
      // tries again.
      const { usually, forUnknownRecipient } = maxAgeSeconds;
      cached = { ...cached, atSeconds: clock.nowSeconds() - usually + forUnknownRecipient };
    }
    return cached.identities;
  };
  return {
    current: () => readNoOlderThan(maxAgeSeconds.usually),
    newest: () => readNoOlderThan(maxAgeSeconds.forUnknownRecipient),
  };
}

async function fetchIdentities(
  client: SecretsManagerClient,
  secretArn: string,
): Promise<RaIdentities> {
  const [current, previous] = (
    await Promise.all([
      readSecretText(client, secretArn, 'AWSCURRENT'),
      readSecretText(client, secretArn, 'AWSPREVIOUS'),
    ])
  ).map((text) => (text === undefined ? undefined : parseRaIdentity(text)));
  if (current === undefined) throw new Fault('RaIdentityMissing');
  assertImplicitRejection(current);
  return previous === undefined ? [current] : [current, previous];
}
