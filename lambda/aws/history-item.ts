/**
 * An entry of history as an item of DynamoDB, and back: settled rows and refusals have the same
 * attributes.
 */
import { isRefusalCode } from '../core/errors.ts';
import type { HistoryEntry } from '../ports/history.ts';
import { writeOptional } from './attributes.ts';
import type { Item } from './enrolment-keys.ts';
import { readStoredItem } from './stored-item.ts';

/** How long a refusal without a Grant is kept, in days. */
export const refusalDays = 30;

/** A day in UTC, as partitions name it. */
export const toDay = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().slice(0, 10);

/** The attributes that both kinds share, beside their keys and `status`. */
export const listedAttributes = [
  'code',
  'subject',
  'serialHex',
  'certificateArn',
  'challengeId',
  'enrolmentId',
  'transactionId',
] as const;

/** The attributes that refusals have beside those. */
const refusalAttributes = ['refused', 'source'] as const;

/** A refusal. Thirteen digits of milliseconds sort as numbers do until the year 2286. */
export const toHistoryItem = (entry: HistoryEntry): Item => ({
  connectorDay: { S: `${entry.connectorId}#${toDay(entry.atMilliseconds)}` },
  endedAt: { S: `${entry.atMilliseconds}#${entry.id}` },
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

/** An entry again, from a refusal or from the index of settled rows. */
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
    // A code of another release is left out, so that the rest of the list is still shown.
    ...writeOptional('code', isRefusalCode(code) ? code : undefined, (known) => known),
    ...texts,
    ...writeOptional('count', stored.optionalNumber('count'), Number),
  };
}
