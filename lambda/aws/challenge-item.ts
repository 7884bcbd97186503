/** A challenge as an item of DynamoDB, and back. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { ChallengeRecord, ChallengeSummary } from '../ports/challenges.ts';
import {
  computeTtl,
  type Item,
  toNumberAttribute,
  toOptionalMember,
  toTextAttribute,
} from './attributes.ts';
import { readStoredItem } from './stored-item.ts';

/**
 * How long an expired or revoked challenge is kept, in days, so that its devices get the reason.
 */
const keptDays = 30;

/** When a challenge that ends at this time is removed. */
export const toChallengeTtl = (endsAtSeconds: number): AttributeValue =>
  computeTtl(endsAtSeconds, keptDays);

/** A new challenge. `connectorId` and `createdAt` are the keys of the index that lists it. */
export const toChallengeItem = (record: ChallengeRecord): Item => ({
  id: { S: record.id },
  connectorId: { S: record.connectorId },
  challengeId: { S: record.challengeId },
  sealedPassword: { B: record.sealedPassword },
  createdAt: toNumberAttribute(record.createdAtSeconds),
  tags: { M: toTagsItem(record.tags ?? {}) },
  ...toOptionalMember('updatedAt', record.updatedAtSeconds, toNumberAttribute),
  ...toOptionalMember('name', record.name, toTextAttribute),
  ...toOptionalMember('expiresAt', record.expiresAtSeconds, toNumberAttribute),
  ...toOptionalMember('ttl', record.expiresAtSeconds, toChallengeTtl),
  ...toOptionalMember('revokedAt', record.revokedAtSeconds, toNumberAttribute),
  ...toOptionalMember('maxUses', record.maxUses, toNumberAttribute),
  ...toOptionalMember('usesLeft', record.usesLeft, toNumberAttribute),
  ...toOptionalMember('constraints', record.constraints, (value) => ({ S: JSON.stringify(value) })),
  ...toOptionalMember('replacedBy', record.replacedBy, toTextAttribute),
});

/**
 * Reads what lists show, from an item or from its index. Throws `ChallengeItemUnreadable` for one
 * that we did not write.
 */
export function readChallengeSummary(item: Item): ChallengeSummary {
  const stored = readStoredItem(item, 'ChallengeItemUnreadable');
  const id = stored.text('id');
  const maxUses = stored.optionalNumber('maxUses');
  const usesLeft = stored.optionalNumber('usesLeft');
  // A limit without its count would be ignored.
  if ((maxUses === undefined) !== (usesLeft === undefined)) throw stored.unreadable();
  return {
    id,
    // Parsed from the id, because a revoked challenge has no attribute `connectorId`.
    connectorId: id.slice(0, id.indexOf('#')),
    challengeId: stored.text('challengeId'),
    createdAtSeconds: stored.number('createdAt'),
    ...toOptionalMember('updatedAtSeconds', stored.optionalNumber('updatedAt')),
    ...toOptionalMember('name', stored.optionalText('name')),
    ...toOptionalMember('expiresAtSeconds', stored.optionalNumber('expiresAt')),
    ...toOptionalMember('revokedAtSeconds', stored.optionalNumber('revokedAt')),
    ...toOptionalMember('maxUses', maxUses),
    ...toOptionalMember('usesLeft', usesLeft),
    ...toOptionalMember('constraints', stored.optionalText('constraints'), (text) =>
      JSON.parse(text),
    ),
    ...toOptionalMember('replacedBy', stored.optionalText('replacedBy')),
    ...(Object.keys(item.tags?.M ?? {}).length > 0 && { tags: readTags(item) }),
  };
}

/** Reads a whole challenge; throws `ChallengeItemUnreadable` for one that we did not write. */
export const readChallengeRecord = (item: Item): ChallengeRecord => ({
  ...readChallengeSummary(item),
  sealedPassword: readStoredItem(item, 'ChallengeItemUnreadable').octets('sealedPassword'),
});

/** The content of a map attribute of tags. */
const toTagsItem = (tags: Readonly<Record<string, string>>): Item =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, { S: value }]));

/** Reads the tags of an item; empty if the item has no tags. */
export const readTags = (item: Item): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(item.tags?.M ?? {}).map(([key, value]) => [key, value.S ?? '']),
  );
