import { generationOf } from '../../lambda/generation.ts';
import type { ChallengeRecord, Challenges, Claim } from '../../lambda/ports.ts';

interface Kept {
  record: ChallengeRecord;
  readonly holders: Set<string>;
  readonly spenders: Set<string>;
  readonly released: Map<string, number>;
}

/** Challenges in memory; the contract suite holds it to what DynamoDB does. */
export function memoryChallenges(): Challenges {
  const kept = new Map<string, Kept>();
  const change = (one: Kept, usesLeft: number): void => {
    one.record = { ...one.record, usesLeft };
  };
  return {
    create: async (record) => {
      if (kept.has(record.id)) throw new Error('ChallengeExists');
      kept.set(record.id, { record, holders: new Set(), spenders: new Set(), released: new Map() });
    },
    find: async (id) => kept.get(id)?.record,
    claim: async (id, holder, nowSeconds) => {
      const one = kept.get(id);
      const claim = claimOf(one, holder, nowSeconds);
      if (one === undefined || claim !== 'claimable') return claim as Claim;
      change(one, (one.record.usesLeft ?? 0) - 1);
      one.holders.add(holder);
      return 'claimed';
    },
    release: async (id, holder) => {
      const one = kept.get(id);
      if (!one?.holders.delete(holder)) return;
      const { enrolmentId, generation } = generationOf(holder);
      one.released.set(enrolmentId, generation);
      change(one, (one.record.usesLeft ?? 0) + 1);
    },
    spend: async (id, holder) => {
      const one = kept.get(id);
      if (one?.holders.delete(holder)) one.spenders.add(holder);
    },
  };
}

function claimOf(one: Kept | undefined, holder: string, nowSeconds: number): Claim | 'claimable' {
  if (one === undefined) return 'unknown';
  if (one.holders.has(holder) || one.spenders.has(holder)) return 'claimed';
  const { enrolmentId, generation } = generationOf(holder);
  if ((one.released.get(enrolmentId) ?? -1) >= generation) return 'released';
  const { revokedAtSeconds, expiresAtSeconds, usesLeft } = one.record;
  if (revokedAtSeconds !== undefined) return 'revoked';
  if (expiresAtSeconds !== undefined && expiresAtSeconds <= nowSeconds) return 'expired';
  if (usesLeft === undefined) return 'claimed';
  return usesLeft > 0 ? 'claimable' : 'used';
}
