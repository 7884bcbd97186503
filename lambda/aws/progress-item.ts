/** A progress record as an item of DynamoDB, and back. */
import { progressSeconds } from '../policy/grant.ts';
import type { AttemptProgress } from '../ports/enrolments.ts';
import { number, optional, ttlAfter } from './attributes.ts';
import { codeIn } from './enrolment-item.ts';
import type { Item } from './enrolment-keys.ts';
import { storedItem } from './stored.ts';

/** When a record that is written now is swept. */
export const progressTtl = (nowSeconds: number) => ttlAfter(nowSeconds, progressSeconds / 86_400);

/** The attributes of a record, without its key. */
export const itemOfProgress = (progress: AttemptProgress): Item => ({
  enrolmentId: { S: progress.enrolmentId },
  attempt: number(progress.attempt),
  turnAtMilliseconds: number(progress.turnAtMilliseconds),
  tries: number(progress.tries),
  ...optional('requestedAt', progress.askedAtSeconds, number),
});

/**
 * The record again; throws `ProgressUnreadable`, naming the item, for anything that we did not
 * write.
 */
export function progressOfItem(item: Item): AttemptProgress {
  const stored = storedItem(item, 'ProgressUnreadable');
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
    ...optional('askedAtSeconds', requestedAt, Number),
    ...optional('certificateArn', stored.optionalText('certificateArn'), String),
    ...optional('withheldFor', stored.optionalText('withheldFor'), (code) =>
      codeIn(code, stored.unreadable),
    ),
  };
}
