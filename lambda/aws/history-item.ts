/**
 * An entry of history as an item of DynamoDB, and back. Settled rows and refusals have the same
 * attributes.
 */
import { isRefusalCode } from '../core/errors.ts';
import type { HistoryEntry } from '../ports/history.ts';
import { type Item, toOptionalMember } from './attributes.ts';
import { toDayMembers } from './day-list.ts';
import { readStoredItem } from './stored-item.ts';

/** How long a refusal without a Grant is kept, in days. */
export const refusalDays = 30;

/** The attributes that settled rows and refusals share, besides their keys and `status`. */
export const listedAttributes = [
  'code',
  'subject',
  'serialHex',
  'certificateArn',
  'challengeId',
  'enrolmentId',
  'transactionId',
] as const;

/** The attributes that only refusals have. */
const refusalAttributes = ['refused', 'source'] as const;

/** The item of a refusal. */
export const toHistoryItem = (entry: HistoryEntry): Item => ({
  ...toDayMembers(entry.connectorId, entry.atMilliseconds, entry.id),
  status: { S: entry.outcome },
  ...Object.fromEntries(
    [...listedAttributes, ...refusalAttributes].flatMap((name) =>
      entry[name] === undefined ? [] : [[name, { S: entry[name] }]],
    ),
  ),
});

type TextAttribute =
  | Exclude<(typeof listedAttributes)[number], 'code'>
  | (typeof refusalAttributes)[number];

/** Reads an entry from a refusal, or from the index of settled rows. */
export function readHistoryEntry(connectorId: string, item: Item): HistoryEntry {
  const stored = readStoredItem(item, 'EnrolmentRowUnreadable');
  const endedAt = stored.text('endedAt');
  const separator = endedAt.indexOf('#');
  const code = stored.optionalText('code') ?? '';
  const texts = Object.fromEntries(
    [...listedAttributes, ...refusalAttributes]
      .filter((name) => name !== 'code' && item[name]?.S !== undefined)
      .map((name) => [name, item[name]?.S]),
  ) as Partial<Record<TextAttribute, string>>;
  return {
    connectorId,
    // The entry of a group is listed at the end of its hour.
    atMilliseconds:
      stored.optionalNumber('lastAtMilliseconds') ?? Number(endedAt.slice(0, separator)),
    id: endedAt.slice(separator + 1),
    outcome: stored.text('status') === 'issued' ? 'issued' : 'refused',
    // A code of another release is omitted, so that the rest of the list is still shown.
    ...toOptionalMember('code', isRefusalCode(code) ? code : undefined),
    ...texts,
    ...toOptionalMember('count', stored.optionalNumber('count')),
  };
}
