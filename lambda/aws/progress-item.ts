/** A progress record as an item of DynamoDB, and back. */
import { progressSeconds } from '../policy/grant.ts';
import type { AttemptProgress } from '../ports/enrolments.ts';
import { computeTtl, toNumberAttribute, writeOptional } from './attributes.ts';
import { readRefusalCode } from './enrolment-item.ts';
import type { Item } from './enrolment-keys.ts';
import { readStoredItem } from './stored-item.ts';

/** When a record that is written now is swept. */
export const toProgressTtl = (nowSeconds: number) =>
  computeTtl(nowSeconds, progressSeconds / 86_400);

/** The attributes of a record, without its key. */
export const toProgressItem = (progress: AttemptProgress): Item => ({
  enrolmentId: { S: progress.enrolmentId },
  attempt: toNumberAttribute(progress.attempt),
  turnAtMilliseconds: toNumberAttribute(progress.turnAtMilliseconds),
  tries: toNumberAttribute(progress.tries),
  ...writeOptional('requestedAt', progress.askedAtSeconds, toNumberAttribute),
});

/**
 * The record again; throws `ProgressUnreadable`, naming the item, for anything that we did not
 * write.
 */
export function readProgress(item: Item): AttemptProgress {
  const stored = readStoredItem(item, 'ProgressUnreadable');
  const tries = stored.number('tries');
  const requestedAt = stored.optionalNumber('requestedAt');
  // Mark and tries are set and removed together. Without its mark, a request that was sent would be
  // sent as a new one.
  if (tries > 0 !== (requestedAt !== undefined)) throw stored.unreadable();
  return {
    enrolmentId: stored.text('enrolmentId'),
    attempt: stored.number('attempt'),
    turnAtMilliseconds: stored.number('turnAtMilliseconds'),
    tries,
    ...writeOptional('askedAtSeconds', requestedAt, Number),
    ...writeOptional('certificateArn', stored.optionalText('certificateArn'), String),
    ...writeOptional('withheldFor', stored.optionalText('withheldFor'), (code) =>
      readRefusalCode(code, stored.unreadable),
    ),
  };
}
