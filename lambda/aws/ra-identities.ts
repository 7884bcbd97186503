/** The RA identities of a connector: the current one, and the previous one for the overlap after a rotation. */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type RaIdentity, raIdentityOf } from '../message/ra-identity.ts';
import { assertImplicitRejection } from '../message/self-test.ts';
import type { Clock } from '../ports.ts';
import { secretText } from './secrets.ts';

/** Never empty: the current identity first. */
export type RaIdentities = readonly [RaIdentity, ...RaIdentity[]];

/** A rotation reaches every warm function within this; the previous identity still opens what comes meanwhile. */
const freshSeconds = 300;

/**
 * A source of identities. Throws `RaIdentityMissing` before the first rotation is done (an outage). When Secrets Manager
 * is down a warm function goes on with what it has. Every key is tried for implicit rejection before it is used.
 */
export function raIdentities(
  client: SecretsManagerClient,
  secretArn: string,
  clock: Pick<Clock, 'nowSeconds'>,
  warn: (fields: Readonly<Record<string, unknown>>) => void,
): () => Promise<RaIdentities> {
  let kept: { readonly identities: RaIdentities; readonly untilSeconds: number } | undefined;
  return async () => {
    if (kept && clock.nowSeconds() < kept.untilSeconds) return kept.identities;
    try {
      const identities = await fetchIdentities(client, secretArn);
      kept = { identities, untilSeconds: clock.nowSeconds() + freshSeconds };
    } catch (error) {
      if (kept === undefined) throw error;
      warn({ event: 'ra-identities', code: 'Stale' });
    }
    return kept.identities;
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
