/** Writes the outcome of an attempt, and publishes it. */
import { buildSettlementEvent, buildWithheldEvent } from '../audit/settlement.ts';
import type { RefusalCode } from '../core/errors.ts';
import type { RecordedCertificate, Settlement, SettleResult } from '../ports/attempts.ts';
import type { IssuedState, RefusedState } from '../ports/enrolments.ts';
import type { CertifyContext, OpenAttempt } from './context.ts';
import { lateIntervalSeconds } from './search-schedule.ts';

/**
 * Settles an attempt, logs the result, and publishes an event if this call settled it. A refusal
 * with a search is searched for again after `lateIntervalSeconds`.
 */
export async function settle(
  how: Pick<Settlement, 'basis' | 'state' | 'certificate' | 'giveBack'>,
  { row }: OpenAttempt,
  context: CertifyContext,
): Promise<SettleResult> {
  const { enrolmentId, attempt } = row;
  const nowMilliseconds = context.clock.nowMilliseconds();
  const result = await context.attempts.settle({
    enrolmentId,
    attempt,
    nowMilliseconds,
    ...how,
    ...(how.state.status === 'refused' &&
      how.state.search && {
        searchDueAtSeconds: Math.floor(nowMilliseconds / 1000) + lateIntervalSeconds,
      }),
  });
  context.log({ outcome: result, status: how.state.status, ...codeOf(how.state) });
  if (result === 'settled') await context.publish(buildSettlementEvent(row, how.state, context));
  return result;
}

const codeOf = (state: IssuedState | RefusedState) =>
  state.status === 'refused' ? { code: state.code } : {};

/** Records a certificate that no row hands out, and has it revoked. */
export async function discard(
  withheld: RecordedCertificate & { readonly withheldFor: RefusalCode },
  context: CertifyContext,
): Promise<void> {
  await context.attempts.discard(withheld, context.clock.nowSeconds());
  context.log({ outcome: 'discarded', certificateArn: withheld.certificateArn });
  await context.publish(buildWithheldEvent(withheld, context));
}
