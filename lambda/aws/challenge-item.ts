/** A challenge as an item of DynamoDB, and back. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { ChallengeRecord, ChallengeSummary } from '../ports/challenges.ts';
import { number, optional, ttlAfter } from './attributes.ts';
import type { Item } from './enrolment-keys.ts';
import { storedItem } from './stored.ts';

/**
 * How long an expired or revoked challenge is kept, in days, so that its devices get the reason.
 */
const keptDays = 30;

/** When a challenge that ends at this moment is swept. */
export const sweptAfter = (endsAtSeconds: number): AttributeValue =>
  ttlAfter(endsAtSeconds, keptDays);

/** A new challenge. `connectorId` and `createdAt` are the keys of the index it is listed by. */
export const itemOf = (record: ChallengeRecord): Item => ({
  id: { S: record.id },
  connectorId: { S: record.connectorId },
  challengeId: { S: record.challengeId },
  sealedPassword: { B: record.sealedPassword },
  createdAt: number(record.createdAtSeconds),
  tags: { M: tagsOf(record.tags ?? {}) },
  ...optional('updatedAt', record.updatedAtSeconds, number),
  ...optional('name', record.name, (S) => ({ S })),
  ...optional('expiresAt', record.expiresAtSeconds, number),
  ...optional('ttl', record.expiresAtSeconds, sweptAfter),
  ...optional('revokedAt', record.revokedAtSeconds, number),
  ...optional('maxUses', record.maxUses, number),
  ...optional('usesLeft', record.usesLeft, number),
  ...optional('constraints', record.constraints, (value) => ({ S: JSON.stringify(value) })),
  ...optional('replacedBy', record.replacedBy, (S) => ({ S })),
});

/**
 * What lists show, from an item or its projection; throws `ChallengeItemUnreadable` for one that we
 * did not write.
 */
export function summaryOf(item: Item): ChallengeSummary {
  const stored = storedItem(item, 'ChallengeItemUnreadable');
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
    ...optional('updatedAtSeconds', stored.optionalNumber('updatedAt'), Number),
    ...optional('name', stored.optionalText('name'), String),
    ...optional('expiresAtSeconds', stored.optionalNumber('expiresAt'), Number),
    ...optional('revokedAtSeconds', stored.optionalNumber('revokedAt'), Number),
    ...optional('maxUses', maxUses, Number),
    ...optional('usesLeft', usesLeft, Number),
    ...optional('constraints', stored.optionalText('constraints'), (text) => JSON.parse(text)),
    ...optional('replacedBy', stored.optionalText('replacedBy'), String),
    ...(Object.keys(item.tags?.M ?? {}).length > 0 && { tags: tagsIn(item) }),
  };
}

/** The whole challenge; throws `ChallengeItemUnreadable` for one that we did not write. */
export const recordOf = (item: Item): ChallengeRecord => ({
  ...summaryOf(item),
  sealedPassword: storedItem(item, 'ChallengeItemUnreadable').octets('sealedPassword'),
});

/** Tags as a map attribute has them. */
const tagsOf = (tags: Readonly<Record<string, string>>): Item =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, { S: value }]));

/** The tags of an item; empty if it has no such attribute. */
export const tagsIn = (item: Item): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(item.tags?.M ?? {}).map(([key, value]) => [key, value.S ?? '']),
  );
