/**
 * The invariants of the service (docs/architecture.md), checked against the ground truth
 * (truth.ts). `checkStep` checks what holds after every event, `checkEnd` what holds at the end of
 * a seed. observed-stores.ts checks I3 where the stores and the CA are called. judge.ts checks I5
 * and I6 at the devices.
 */
import type { EnrolmentRow } from '../../lambda/ports/enrolments.ts';
import {
  earlierId,
  type MemoryTables,
  rowId,
  type StoredRow,
  storedRowOf,
} from '../support/fakes/memory-tables.ts';
import type { OrderedCertificate, SimulatedCa } from './certificate-authority.ts';
import { connectorId } from './requests.ts';
import { certificatesOf, type ObservedAttempt, type Truth } from './truth.ts';

/** One sentence per invariant. The message of a violation begins with the number. */
export const invariants = {
  I1: 'A one-time challenge yields at most one certificate, ever.',
  I2: 'A use is gone only with a certificate, or if nobody can know whether the CA issued one.',
  I3: 'Nothing is issued that was not granted.',
  I4: 'Every certificate that the CA issues is recorded or found.',
  I5: 'A retry of the same enrolment gets the same certificate, whichever answer was lost.',
  I6: 'An outage is never a refusal: it issues nothing and consumes nothing.',
} as const;

/** What the checks read. */
export interface CheckedState {
  readonly truth: Truth;
  readonly ca: SimulatedCa;
  readonly tables: MemoryTables;
}

/** Returns the first violation of an invariant that holds after every event. */
export function checkStep(checked: CheckedState): string | undefined {
  const { truth } = checked;
  const first = truth.violations[0] ?? truth.intune.violations[0] ?? findSecondCertificate(checked);
  if (first !== undefined || truth.isRestoring) return first;
  return (
    findWrongCount(checked) ??
    findUseWithoutCertificate(checked) ??
    findUnrecordedCertificate(checked) ??
    findRevokedButHandedOut(checked)
  );
}

/** I1: an attempt has at most one certificate, and so does each use of a limited challenge. */
function findSecondCertificate({ truth, ca }: CheckedState): string | undefined {
  const made = new Map<ObservedAttempt | string, number>();
  for (const certificate of ca.certificates) {
    const { fate, isRevoked } = certificate;
    const attempt = truth.attemptOf.get(certificate);
    if (fate === 'failed' || attempt === undefined) continue;
    const count = (made.get(attempt) ?? 0) + 1;
    made.set(attempt, count);
    if (count > 1) return `I1: ${count} certificates for one attempt`;
    const { countedChallenge } = attempt;
    // After a restore the runbook revokes the certificates that no row contains.
    if (countedChallenge === undefined || (attempt.isGone && isRevoked)) continue;
    const uses = (made.get(countedChallenge) ?? 0) + 1;
    made.set(countedChallenge, uses);
    const { maxUses = 0 } = truth.challenges.get(countedChallenge) ?? {};
    if (uses > maxUses && !truth.isRestoring)
      return `I1: ${uses} certificates for ${maxUses} use(s) of one challenge`;
  }
  return undefined;
}

/** I2: every missing use belongs to an attempt that did not return it. */
function findWrongCount({ truth, tables }: CheckedState): string | undefined {
  for (const [key, { maxUses, claimed, gaveBack, isRestored }] of truth.challenges) {
    const usesLeft = tables.challenges.get(key)?.usesLeft;
    if (maxUses === undefined || usesLeft === undefined || isRestored) continue;
    if (usesLeft !== maxUses - claimed + gaveBack)
      return `I2: ${usesLeft} uses are left of ${maxUses}, ${claimed} claimed, ${gaveBack} returned`;
  }
  return undefined;
}

/**
 * I2: a use is gone only with a certificate, or if nobody can know whether there is one. It is
 * returned only without a certificate.
 */
function findUseWithoutCertificate(checked: CheckedState): string | undefined {
  const { truth, tables } = checked;
  for (const attempt of truth.attempts) {
    const { countedChallenge, gaveBack, isGone } = attempt;
    if (countedChallenge === undefined || isGone) continue;
    const isMade = certificatesOf(attempt).length > 0;
    if (gaveBack && isMade) return 'I2: a use was returned although its certificate was issued';
    const state = stateOf(attempt, tables);
    const isLost = state?.status === 'refused' && state.code === 'CertificateLost';
    // A use is not returned to a challenge that TTL has removed.
    const isSwept = !tables.challenges.has(countedChallenge);
    if (state?.status === 'refused' && !gaveBack && !isMade && !isLost && !isSwept)
      return `I2: a use is gone without a certificate: ${state.code}`;
  }
  return undefined;
}

/** I4: the row of every certificate records it, is open, is searched for, or has it revoked. */
function findUnrecordedCertificate({ truth, ca, tables }: CheckedState): string | undefined {
  for (const certificate of ca.certificates) {
    if (certificate.fate === 'failed' || certificate.isRevoked) continue;
    const attempt = truth.attemptOf.get(certificate);
    if (attempt === undefined || attempt.isGone) continue;
    if (!rowsOf(attempt, tables).some((stored) => isRecorded(certificate, stored)))
      return `I4: certificate ${certificate.arn.split('/').at(-1)} was issued and is not recorded`;
  }
  return undefined;
}

/**
 * The rows of this attempt number. An earlier row can outlive newer ones, and then its number is
 * used again.
 */
const rowsOf = (attempt: ObservedAttempt, tables: MemoryTables): readonly StoredRow[] =>
  [rowId(connectorId, attempt.enrolmentId), earlierId(connectorId, attempt)].flatMap((id) => {
    const stored = tables.rows.get(id);
    return stored?.row.attempt === attempt.attempt ? [stored] : [];
  });

function isRecorded({ arn, serialHex }: OrderedCertificate, { row, due }: StoredRow): boolean {
  const { state } = row;
  if (state.status === 'granted') return true;
  if (state.status === 'issued') return state.certificateArn === arn;
  return (
    state.search !== undefined ||
    (due?.of === 'withheld' && serialHex !== undefined && state.serialHex === serialHex)
  );
}

/** I5: no row hands out a revoked certificate, unless Intune requested the revocation. */
function findRevokedButHandedOut({ truth, ca, tables }: CheckedState): string | undefined {
  for (const certificate of ca.certificates) {
    const { arn, isRevoked, serialHex = '' } = certificate;
    const attempt = isRevoked ? truth.attemptOf.get(certificate) : undefined;
    if (attempt === undefined || truth.intune.hasRevoked(serialHex)) continue;
    const state = stateOf(attempt, tables);
    if (state?.status !== 'issued' || state.certificateArn !== arn) continue;
    if (state.revokedAtSeconds === undefined)
      return `I5: certificate ${arn.split('/').at(-1)} is handed out although it was revoked`;
  }
  return undefined;
}

/** Whether the row of an attempt hands out its certificate. */
function isHandedOut(attempt: ObservedAttempt, tables: MemoryTables): boolean {
  const state = attempt.isGone ? undefined : stateOf(attempt, tables);
  return state?.status === 'issued' && state.revokedAtSeconds === undefined;
}

const stateOf = (
  attempt: ObservedAttempt,
  tables: MemoryTables,
): EnrolmentRow['state'] | undefined => storedRowOf(tables, connectorId, attempt)?.row.state;

/**
 * Returns the first violation of an invariant that holds at the end, when no event is left and
 * every device has enrolled once more.
 */
export function checkEnd(checked: CheckedState): string | undefined {
  const { tables, truth } = checked;
  for (const { row, due } of tables.rows.values()) {
    if (row.state.status === 'granted') return 'I6: an enrolment was granted and never settled';
    if (due !== undefined) return `I4: a row is still listed as ${due.of}`;
  }
  for (const certificate of checked.ca.certificates) {
    const { fate, isRevoked, arn } = certificate;
    const attempt = truth.attemptOf.get(certificate);
    if (isRevoked && attempt && isHandedOut(attempt, tables))
      return `I5: certificate ${arn.split('/').at(-1)} is handed out although Intune had it revoked`;
    if (fate === 'failed' || isRevoked || attempt === undefined || attempt.isGone) continue;
    const state = stateOf(attempt, tables);
    const isKept = state?.status === 'issued' && state.certificateArn === arn;
    if (!isKept) return `I4: certificate ${arn.split('/').at(-1)} is valid and no row contains it`;
  }
  return checkStep(checked);
}
