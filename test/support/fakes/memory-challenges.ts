import type {
  ChallengeRecord,
  ChallengeRegister,
  TagStore,
} from '../../../lambda/ports/challenges.ts';
import { type MemoryTables, memoryTables } from './memory-tables.ts';

/** Challenges in memory, as admins see them; the contract suite compares them with DynamoDB. */
export function memoryChallenges(
  { challenges }: Pick<MemoryTables, 'challenges'> = memoryTables(),
): ChallengeRegister & { readonly tags: TagStore } {
  return {
    create: async (record) => {
      if (challenges.has(record.id)) throw new Error('ChallengeExists');
      challenges.set(record.id, record);
    },
    find: async (id) => challenges.get(id),
    ...registerOf(challenges),
    tags: tagsOf(challenges),
  };
}

function registerOf(
  challenges: MemoryTables['challenges'],
): Pick<ChallengeRegister, 'list' | 'revoke' | 'replace'> {
  const standing = (id: string): ChallengeRecord | undefined => {
    const one = challenges.get(id);
    return one?.revokedAtSeconds === undefined ? one : undefined;
  };
  return {
    list: async (connectorId, { limit, after }) => {
      const all = [...challenges.values()]
        .map(({ sealedPassword: _, ...summary }) => summary)
        .filter((one) => one.connectorId === connectorId && one.revokedAtSeconds === undefined)
        .sort(
          (one, two) => two.createdAtSeconds - one.createdAtSeconds || (one.id < two.id ? 1 : -1),
        );
      const from = after ? all.findIndex(({ id }) => id === after.id) + 1 : 0;
      const page = all.slice(from, from + limit);
      const last = page.at(-1);
      return from + limit < all.length && last
        ? { challenges: page, next: { id: last.id, createdAtSeconds: last.createdAtSeconds } }
        : { challenges: page };
    },
    revoke: async (id, nowSeconds) => {
      const one = standing(id);
      if (one === undefined) return false;
      challenges.set(id, { ...one, revokedAtSeconds: nowSeconds, updatedAtSeconds: nowSeconds });
      return true;
    },
    replace: async (id, { challengeId, expiresAtSeconds }, nowSeconds) => {
      const one = standing(id);
      if (one === undefined || (one.replacedBy ?? challengeId) !== challengeId) return false;
      const update = { replacedBy: challengeId, expiresAtSeconds, updatedAtSeconds: nowSeconds };
      challenges.set(id, { ...one, ...update });
      return true;
    },
  };
}

/** The tags of challenges by their ids; every other id belongs to a connector. */
function tagsOf(challenges: MemoryTables['challenges']): TagStore {
  const others = new Map<string, Readonly<Record<string, string>>>();
  return {
    of: async (id) => challenges.get(id)?.tags ?? others.get(id) ?? {},
    change: async (id, { set, remove, room }, nowSeconds) => {
      const one = challenges.get(id);
      if (one ? one.revokedAtSeconds !== undefined : !id.endsWith('#connector')) return false;
      const before = one?.tags ?? others.get(id) ?? {};
      const count = Object.keys(before).length;
      if (room && count > room.maxTagsBefore) return false;
      if (room?.keysThere.some((key) => !Object.hasOwn(before, key))) return false;
      const left = Object.entries(before).filter(([key]) => !remove.includes(key));
      const tags = { ...Object.fromEntries(left), ...set };
      if (one) challenges.set(id, { ...one, tags, updatedAtSeconds: nowSeconds });
      else others.set(id, tags);
      return true;
    },
  };
}
