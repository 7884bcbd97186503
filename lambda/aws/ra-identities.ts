/**
 * The RA identities of a connector: the current one, and the previous one for the overlap after a
 * rotation.
 */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Fault } from '../core/errors.ts';
import { parseRaIdentity, type RaIdentities } from '../message/ra-identity.ts';
import { assertImplicitRejection } from '../message/self-test.ts';
import type { Clock } from '../ports/system.ts';
import { readSecretText } from './secrets.ts';

/**
 * How old cached identities may be, in seconds: usually, and for a request to a recipient that is
 * not among them.
 */
const freshSeconds = { usually: 300, forUnknownRecipient: 10 };

/**
 * A source of identities: `current` returns cached ones while they are fresh, `newest` fetches them
 * again unless they are seconds old.
 */
export interface IdentitySource {
  readonly current: () => Promise<RaIdentities>;
  readonly newest: () => Promise<RaIdentities>;
}

/**
 * A source of identities. Throws `RaIdentityMissing` before the first rotation is done (an outage).
 * When Secrets Manager is down a warm function goes on with what it has. Every key is tried for
 * implicit rejection before it is used.
 */
export function createRaIdentitySource(
  client: SecretsManagerClient,
  secretArn: string,
  clock: Pick<Clock, 'nowSeconds'>,
  warn: (fields: Readonly<Record<string, unknown>>) => void,
): IdentitySource {
  let kept: { readonly identities: RaIdentities; readonly atSeconds: number } | undefined;
  const noOlderThan = async (seconds: number): Promise<RaIdentities> => {
    if (kept && clock.nowSeconds() - kept.atSeconds < seconds) return kept.identities;
    try {
      const identities = await fetchIdentities(client, secretArn);
      kept = { identities, atSeconds: clock.nowSeconds() };
    } catch (error) {
      if (kept === undefined) throw error;
      warn({ event: 'ra-identities', code: 'Stale' });
      // The next try is as far off as for an unknown recipient, so that not every request makes
      // one.
      const { usually, forUnknownRecipient } = freshSeconds;
      kept = { ...kept, atSeconds: clock.nowSeconds() - usually + forUnknownRecipient };
    }
    return kept.identities;
  };
  return {
    current: () => noOlderThan(freshSeconds.usually),
    newest: () => noOlderThan(freshSeconds.forUnknownRecipient),
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
