import { generationOf } from '../../lambda/generation.ts';
import type {
  ChallengeRecord,
  ChallengeRegister,
  Challenges,
  Claim,
  TagStore,
} from '../../lambda/ports.ts';

interface Kept {
  record: ChallengeRecord;
  readonly holders: Set<string>;
  readonly spenders: Set<string>;
  readonly released: Map<string, number>;
}

/** Challenges in memory, as devices and admins use them; the contract suite holds it to what DynamoDB does. */
export function memoryChallenges(): Challenges & ChallengeRegister & { readonly tags: TagStore } {
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
    ...registerOf(kept),
    tags: tagsOf(kept),
  };
}

function registerOf(
  kept: Map<string, Kept>,
): Pick<ChallengeRegister, 'list' | 'revoke' | 'replace'> {
  const standing = (id: string): Kept | undefined => {
    const one = kept.get(id);
    return one?.record.revokedAtSeconds === undefined ? one : undefined;
  };
  return {
    list: async (connectorId, { limit, after }) => {
      const all = [...kept.values()]
        .map(({ record: { sealedPassword: _, ...summary } }) => summary)
        .filter((one) => one.connectorId === connectorId && one.revokedAtSeconds === undefined)
        .sort(
          (one, two) => two.createdAtSeconds - one.createdAtSeconds || (one.id < two.id ? 1 : -1),
        );
      const from = after ? all.findIndex(({ id }) => id === after.id) + 1 : 0;
      const challenges = all.slice(from, from + limit);
      const last = challenges.at(-1);
      return from + limit < all.length && last
        ? { challenges, next: { id: last.id, createdAtSeconds: last.createdAtSeconds } }
        : { challenges };
    },
    revoke: async (id, nowSeconds) => {
      const one = standing(id);
      if (one === undefined) return false;
      one.record = { ...one.record, revokedAtSeconds: nowSeconds, updatedAtSeconds: nowSeconds };
      return true;
    },
    replace: async (id, { challengeId, expiresAtSeconds }, nowSeconds) => {
      const one = standing(id);
      if (one === undefined || (one.record.replacedBy ?? challengeId) !== challengeId) return false;
      const update = { replacedBy: challengeId, expiresAtSeconds, updatedAtSeconds: nowSeconds };
      one.record = { ...one.record, ...update };
      return true;
    },
  };
}

/** Of challenges by their ids; every other id is a connector's. */
function tagsOf(kept: Map<string, Kept>): TagStore {
  const others = new Map<string, Readonly<Record<string, string>>>();
  return {
    of: async (id) => kept.get(id)?.record.tags ?? others.get(id) ?? {},
    change: async (id, { set, remove }, nowSeconds) => {
      const one = kept.get(id);
      if (one ? one.record.revokedAtSeconds !== undefined : !id.endsWith('#connector'))
        return false;
      const before = one?.record.tags ?? others.get(id) ?? {};
      const left = Object.entries(before).filter(([key]) => !remove.includes(key));
      const tags = { ...Object.fromEntries(left), ...set };
      if (one) one.record = { ...one.record, tags, updatedAtSeconds: nowSeconds };
      else others.set(id, tags);
      return true;
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
