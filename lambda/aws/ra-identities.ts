/** The RA identities of a connector: the current one, and the previous one for the overlap after a rotation. */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { RaIdentities } from '../connector.ts';
import { raIdentityOf } from '../message/ra-identity.ts';
import { assertImplicitRejection } from '../message/self-test.ts';
import type { Clock } from '../ports.ts';
import { secretText } from './secrets.ts';

/** How old a kept answer may be, in seconds: usually, and for a request that none of the kept identities is meant by. */
const freshSeconds = { usually: 300, forUnknownRecipient: 10 };

/** Where identities come from: `current` from memory while they are fresh, `newest` again if they are not brand new. */
export interface IdentitySource {
  readonly current: () => Promise<RaIdentities>;
  readonly newest: () => Promise<RaIdentities>;
}

/**
 * A source of identities. Throws `RaIdentityMissing` before the first rotation is done (an outage). When Secrets Manager
 * is down a warm function goes on with what it has. Every key is tried for implicit rejection before it is used.
 */
export function raIdentities(
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
      // Not at every request: the next try is as far off as if a stranger had asked.
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
      secretText(client, secretArn, 'AWSCURRENT'),
      secretText(client, secretArn, 'AWSPREVIOUS'),
    ])
  ).map((text) => (text === undefined ? undefined : raIdentityOf(text)));
  if (current === undefined) throw new RaIdentityMissing();
  assertImplicitRejection(current);
  return previous === undefined ? [current] : [current, previous];
}

/** The RA secret holds no identity yet: its first rotation is under way, or failed (docs/runbook.md). */
class RaIdentityMissing extends Error {
  override readonly name = 'RaIdentityMissing';
}
