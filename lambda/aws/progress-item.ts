/** A progress record as an item of DynamoDB, and back. */
import { progressSeconds } from '../policy/grant.ts';
import type { AttemptProgress } from '../ports/enrolments.ts';
import { computeTtl, type Item, toNumberAttribute, toOptionalMember } from './attributes.ts';
import { readStoredItem } from './stored-item.ts';

/** When a record that is written now is removed. */
export const toProgressTtl = (nowSeconds: number) =>
  computeTtl(nowSeconds, progressSeconds / 86_400);

/** The attributes of a record, without its key. */
export const toProgressItem = (progress: AttemptProgress): Item => ({
  enrolmentId: { S: progress.enrolmentId },
  attempt: toNumberAttribute(progress.attempt),
  turnAtMilliseconds: toNumberAttribute(progress.turnAtMilliseconds),
  tries: toNumberAttribute(progress.tries),
  ...toOptionalMember('requestedAt', progress.askedAtSeconds, toNumberAttribute),
});

/** Reads a record; throws `ProgressUnreadable`, naming the item, for one that we did not write. */
export function readProgress(item: Item): AttemptProgress {
  const stored = readStoredItem(item, 'ProgressUnreadable');
  const tries = stored.number('tries');
  const requestedAt = stored.optionalNumber('requestedAt');
  // The mark and the tries are set and removed together. Without the mark, a request that was sent
  // would be sent as a new one.
  if (tries > 0 !== (requestedAt !== undefined)) throw stored.unreadable();
  return {
    enrolmentId: stored.text('enrolmentId'),
    attempt: stored.number('attempt'),
    turnAtMilliseconds: stored.number('turnAtMilliseconds'),
    tries,
    ...toOptionalMember('askedAtSeconds', requestedAt),
    ...toOptionalMember('certificateArn', stored.optionalText('certificateArn')),
    ...toOptionalMember('withheldFor', stored.optionalRefusalCode('withheldFor')),
  };
}
