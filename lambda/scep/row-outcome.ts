/** From a row to an outcome: whether the row still answers the same request, and its answer. */
import type { Outcome } from '../message/outcome.ts';
import { openCertificate } from '../policy/sealed-certificate.ts';
import type { EnrolmentRow } from '../ports/enrolments.ts';
import type { ScepContext } from './context.ts';

/**
 * Whether the same request gets the same answer (draft-nourse section 2.2.3): while it is open, and
 * until its certificate is revoked or past half its life. A refusal is not reused: nothing was
 * issued, so the device may try again.
 */
export function isReusableAt(nowSeconds: number, { state }: EnrolmentRow): boolean {
  if (state.status !== 'issued') return state.status === 'granted';
  if (state.revokedAtSeconds !== undefined) return false;
  return nowSeconds < (state.notBeforeSeconds + state.notAfterSeconds) / 2;
}

/**
 * The outcome that a row holds. Throws `NotSealed` for a certificate that this connector did not
 * seal for it.
 */
export function readOutcome(
  row: EnrolmentRow,
  { connectorId, keys }: Pick<ScepContext, 'connectorId' | 'keys'>,
): Outcome {
  const { state } = row;
  if (state.status === 'granted') return { status: 'pending' };
  if (state.status === 'refused') return { status: 'refused', code: state.code };
  return {
    status: 'issued',
    certificate: openCertificate(connectorId, row, state.sealedCertificate, keys),
  };
}
