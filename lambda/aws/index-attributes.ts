/**
 * The attributes that each index holds besides its keys. The template and the tests' tables both
 * use these lists. So no test can read an attribute that the deployed index does not hold.
 */
import { listedAttributes } from './history-item.ts';

/** Lists a connector's challenges (dynamo-challenge-register.ts). */
export const challengesIndex = 'byConnector';

/** The attributes that a list of challenges shows: all except the password. */
export const challengeAttributes = [
  'challengeId',
  'updatedAt',
  'name',
  'expiresAt',
  'revokedAt',
  'maxUses',
  'usesLeft',
  'constraints',
  'tags',
  'replacedBy',
] as const;

/**
 * The attributes that the dispatcher and the finder read from the index of due attempts. They
 * include no Grant and no certificate.
 */
export const dueAttributes = ['attempt', 'lostAt', 'searchedAt', 'status'] as const;

/** The attributes that history reads from the index of settled attempts. */
export const byDayAttributes = ['status', ...listedAttributes] as const;
