/** A challenge as an item of DynamoDB, and back. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { ChallengeRecord, ChallengeSummary } from '../ports/challenges.ts';
import { computeTtl, toNumberAttribute, writeOptional } from './attributes.ts';
import type { Item } from './enrolment-keys.ts';
import { readStoredItem } from './stored-item.ts';

/**
 * How long an expired or revoked challenge is kept, in days, so that its devices get the reason.
 */
const keptDays = 30;

/** When a challenge that ends at this moment is swept. */
export const computeSweepTime = (endsAtSeconds: number): AttributeValue =>
  computeTtl(endsAtSeconds, keptDays);

/** A new challenge. `connectorId` and `createdAt` are the keys of the index it is listed by. */
export const toChallengeItem = (record: ChallengeRecord): Item => ({
  id: { S: record.id },
  connectorId: { S: record.connectorId },
  challengeId: { S: record.challengeId },
  sealedPassword: { B: record.sealedPassword },
  createdAt: toNumberAttribute(record.createdAtSeconds),
  tags: { M: tagsOf(record.tags ?? {}) },
  ...writeOptional('updatedAt', record.updatedAtSeconds, toNumberAttribute),
  ...writeOptional('name', record.name, (S) => ({ S })),
  ...writeOptional('expiresAt', record.expiresAtSeconds, toNumberAttribute),
  ...writeOptional('ttl', record.expiresAtSeconds, computeSweepTime),
  ...writeOptional('revokedAt', record.revokedAtSeconds, toNumberAttribute),
  ...writeOptional('maxUses', record.maxUses, toNumberAttribute),
  ...writeOptional('usesLeft', record.usesLeft, toNumberAttribute),
  ...writeOptional('constraints', record.constraints, (value) => ({ S: JSON.stringify(value) })),
  ...writeOptional('replacedBy', record.replacedBy, (S) => ({ S })),
});

/**
 * What lists show, from an item or its projection; throws `ChallengeItemUnreadable` for one that we
 * did not write.
 */
export function readChallengeSummary(item: Item): ChallengeSummary {
  const stored = readStoredItem(item, 'ChallengeItemUnreadable');
  const id = stored.text('id');
  const maxUses = stored.optionalNumber('maxUses');
  const usesLeft = stored.optionalNumber('usesLeft');
  // A limit without its count would not limit anything.
  if ((maxUses === undefined) !== (usesLeft === undefined)) throw stored.unreadable();
  return {
    id,
    // Parsed from the id, because a revoked challenge has lost the attribute and its place in the
    // index.
    connectorId: id.slice(0, id.indexOf('#')),
    challengeId: stored.text('challengeId'),
    createdAtSeconds: stored.number('createdAt'),
    ...writeOptional('updatedAtSeconds', stored.optionalNumber('updatedAt'), Number),
    ...writeOptional('name', stored.optionalText('name'), String),
    ...writeOptional('expiresAtSeconds', stored.optionalNumber('expiresAt'), Number),
    ...writeOptional('revokedAtSeconds', stored.optionalNumber('revokedAt'), Number),
    ...writeOptional('maxUses', maxUses, Number),
    ...writeOptional('usesLeft', usesLeft, Number),
    ...writeOptional('constraints', stored.optionalText('constraints'), (text) => JSON.parse(text)),
    ...writeOptional('replacedBy', stored.optionalText('replacedBy'), String),
    ...(Object.keys(item.tags?.M ?? {}).length > 0 && { tags: readTags(item) }),
  };
}

/** The whole challenge; throws `ChallengeItemUnreadable` for one that we did not write. */
export const recordOf = (item: Item): ChallengeRecord => ({
  ...readChallengeSummary(item),
  sealedPassword: readStoredItem(item, 'ChallengeItemUnreadable').octets('sealedPassword'),
});

/** Tags as a map attribute has them. */
const tagsOf = (tags: Readonly<Record<string, string>>): Item =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, { S: value }]));

/** The tags of an item; empty if it has no such attribute. */
export const readTags = (item: Item): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(item.tags?.M ?? {}).map(([key, value]) => [key, value.S ?? '']),
  );
