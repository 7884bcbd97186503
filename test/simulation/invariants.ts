/**
 * The invariants I1 to I6 (docs/architecture.md) over what is so (truth.ts). `checkStep` holds
 * after every event, `checkEnd` when all is quiet.
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
import { certificatesOf, type TrueAttempt, type Truth } from './truth.ts';

/** What is checked. */
export interface Observed {
  readonly truth: Truth;
  readonly ca: SimulatedCa;
  readonly tables: MemoryTables;
}

/** What must hold at any moment; returns what does not. */
export function checkStep(observed: Observed): string | undefined {
  const { truth } = observed;
  const first = truth.violations[0] ?? truth.intune.violations[0] ?? oneCertificateAUse(observed);
  if (first !== undefined || truth.isRestoring) return first;
  return (
    usesAreCounted(observed) ??
    usesAreCertificates(observed) ??
    everyCertificateIsRecorded(observed) ??
    nothingRevokedIsHandedOut(observed)
  );
}

/** I1: at most one certificate for each attempt, and for each use of a counted challenge. */
function oneCertificateAUse({ truth, ca }: Observed): string | undefined {
  const made = new Map<TrueAttempt | string, number>();
  for (const certificate of ca.certificates) {
    const { fate, isRevoked } = certificate;
    const attempt = truth.attemptOf.get(certificate);
    if (fate === 'failed' || attempt === undefined) continue;
    const count = (made.get(attempt) ?? 0) + 1;
    made.set(attempt, count);
    if (count > 1) return `I1: ${count} certificates for one attempt`;
    const { countedChallenge } = attempt;
    // After a restore the runbook revokes what no row knows.
    if (countedChallenge === undefined || (attempt.isGone && isRevoked)) continue;
    const uses = (made.get(countedChallenge) ?? 0) + 1;
    made.set(countedChallenge, uses);
    const { maxUses = 0 } = truth.challenges.get(countedChallenge) ?? {};
    if (uses > maxUses && !truth.isRestoring)
      return `I1: ${uses} certificates for ${maxUses} use(s) of one challenge`;
  }
  return undefined;
}

/** I2: each use that is gone belongs to an attempt that did not give it back. */
function usesAreCounted({ truth, tables }: Observed): string | undefined {
  for (const [key, { maxUses, claimed, gaveBack, isRestored }] of truth.challenges) {
    const usesLeft = tables.challenges.get(key)?.usesLeft;
    if (maxUses === undefined || usesLeft === undefined || isRestored) continue;
    if (usesLeft !== maxUses - claimed + gaveBack)
      return `I2: ${usesLeft} uses are left of ${maxUses}, ${claimed} claimed, ${gaveBack} given back`;
  }
  return undefined;
}

/**
 * I2: a use is gone only together with a certificate, or where it cannot be known; and given back
 * only without one.
 */
function usesAreCertificates(observed: Observed): string | undefined {
  const { truth, tables } = observed;
  for (const attempt of truth.attempts) {
    const { countedChallenge, gaveBack, isGone } = attempt;
    if (countedChallenge === undefined || isGone) continue;
    const isMade = certificatesOf(attempt).length > 0;
    if (gaveBack && isMade) return 'I2: a use was given back, and its certificate was made';
    const state = stateOf(attempt, tables);
    const isLost = state?.status === 'refused' && state.code === 'CertificateLost';
    // A challenge that was swept meanwhile gets nothing back.
    const isSwept = !tables.challenges.has(countedChallenge);
    if (state?.status === 'refused' && !gaveBack && !isMade && !isLost && !isSwept)
      return `I2: a use is gone without a certificate: ${state.code}`;
  }
  return undefined;
}

/** I4: its row tells of a certificate, or is open, or searched for, or has it revoked. */
function everyCertificateIsRecorded({ truth, ca, tables }: Observed): string | undefined {
  for (const certificate of ca.certificates) {
    if (certificate.fate === 'failed' || certificate.isRevoked) continue;
    const attempt = truth.attemptOf.get(certificate);
    if (attempt === undefined || attempt.isGone) continue;
    if (!rowsOf(attempt, tables).some((stored) => isRecorded(certificate, stored)))
      return `I4: certificate ${certificate.arn.split('/').at(-1)} was made and is not recorded`;
  }
  return undefined;
}

/**
 * The rows of this number: an earlier one may outlive newer ones, and then its number comes again.
 */
const rowsOf = (attempt: TrueAttempt, tables: MemoryTables): readonly StoredRow[] =>
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

/** I5: what a row hands out was not revoked, unless Intune wants it revoked. */
function nothingRevokedIsHandedOut({ truth, ca, tables }: Observed): string | undefined {
  for (const certificate of ca.certificates) {
    const { arn, isRevoked, serialHex = '' } = certificate;
    const attempt = isRevoked ? truth.attemptOf.get(certificate) : undefined;
    if (attempt === undefined || truth.intune.hasRevoked(serialHex)) continue;
    const state = stateOf(attempt, tables);
    if (state?.status !== 'issued' || state.certificateArn !== arn) continue;
    if (state.revokedAtSeconds === undefined)
      return `I5: certificate ${arn.split('/').at(-1)} is handed out, and was revoked`;
  }
  return undefined;
}

/** Whether the row of an attempt gives its certificate to whoever asks for it. */
function isHandedOut(attempt: TrueAttempt, tables: MemoryTables): boolean {
  const state = attempt.isGone ? undefined : stateOf(attempt, tables);
  return state?.status === 'issued' && state.revokedAtSeconds === undefined;
}

const stateOf = (attempt: TrueAttempt, tables: MemoryTables): EnrolmentRow['state'] | undefined =>
  storedRowOf(tables, connectorId, attempt)?.row.state;

/**
 * What must hold when nothing is left to happen and every device has asked once more; returns what
 * does not.
 */
export function checkEnd(observed: Observed): string | undefined {
  const { tables, truth } = observed;
  for (const { row, due } of tables.rows.values()) {
    if (row.state.status === 'granted') return 'I6: an enrolment was granted and never settled';
    if (due !== undefined) return `I4: a row is still ${due.of}`;
  }
  for (const certificate of observed.ca.certificates) {
    const { fate, isRevoked, arn } = certificate;
    const attempt = truth.attemptOf.get(certificate);
    if (isRevoked && attempt && isHandedOut(attempt, tables))
      return `I5: certificate ${arn.split('/').at(-1)} is handed out, and Intune had it revoked`;
    if (fate === 'failed' || isRevoked || attempt === undefined || attempt.isGone) continue;
    const state = stateOf(attempt, tables);
    const isKept = state?.status === 'issued' && state.certificateArn === arn;
    if (!isKept) return `I4: certificate ${arn.split('/').at(-1)} is good and no row has it`;
  }
  return checkStep(observed);
}
