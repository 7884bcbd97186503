/** A challenge as an item of DynamoDB, and back. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { ChallengeRecord, ChallengeSummary } from '../ports.ts';
import { number, optional, ttlAfter } from './attributes.ts';

export type Item = Record<string, AttributeValue>;

/** How long an expired or revoked challenge stays, in days, so that its devices hear why. */
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
  // Who gave a use back, and in which generation; a path into it needs it to be there.
  ...optional('released', record.usesLeft, () => ({ M: {} })),
});

/** What lists show, from an item or its projection. */
export const summaryOf = (item: Item): ChallengeSummary => ({
  id: item.id?.S ?? '',
  // By its id: a revoked challenge has lost the attribute, and with it its place in the index.
  connectorId: (item.id?.S ?? '').split('#', 1)[0] ?? '',
  challengeId: item.challengeId?.S ?? '',
  createdAtSeconds: Number(item.createdAt?.N),
  ...optional('updatedAtSeconds', item.updatedAt?.N, Number),
  ...optional('name', item.name?.S, String),
  ...optional('expiresAtSeconds', item.expiresAt?.N, Number),
  ...optional('revokedAtSeconds', item.revokedAt?.N, Number),
  ...optional('maxUses', item.maxUses?.N, Number),
  ...optional('usesLeft', item.usesLeft?.N, Number),
  ...optional('constraints', item.constraints?.S, (text) => JSON.parse(text)),
  ...optional('replacedBy', item.replacedBy?.S, String),
  ...(Object.keys(item.tags?.M ?? {}).length > 0 && { tags: tagsIn(item) }),
});

/** The whole challenge. */
export const recordOf = (item: Item): ChallengeRecord => ({
  ...summaryOf(item),
  sealedPassword: item.sealedPassword?.B ?? new Uint8Array(),
});

/** Tags as a map attribute has them. */
const tagsOf = (tags: Readonly<Record<string, string>>): Item =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, { S: value }]));

/** The tags of an item; none where it has no such attribute. */
export const tagsIn = (item: Item): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(item.tags?.M ?? {}).map(([key, value]) => [key, value.S ?? '']),
  );
