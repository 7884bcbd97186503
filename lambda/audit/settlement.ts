/** The events of issuance: a settled attempt, and a withheld certificate. */
import { toConnectorArn } from '../core/arns.ts';
import { formatAttemptId } from '../core/attempt.ts';
import type { RecordedCertificate } from '../ports/attempts.ts';
import type { EnrolmentRow, RowState } from '../ports/enrolments.ts';
import type { AuditEvent, HistoryEntry } from '../ports/history.ts';
import { buildIssuanceEvent, type EventSubjects } from './events.ts';

/** The history entry of a settled row. */
export function toHistoryEntry(
  row: Omit<EnrolmentRow, 'state'>,
  state: Exclude<RowState, { status: 'granted' }>,
  atMilliseconds: number,
): HistoryEntry {
  return {
    connectorId: row.connectorId,
    atMilliseconds,
    id: formatAttemptId(row),
    outcome: state.status,
    ...(state.status === 'refused' && { code: state.code }),
    ...(state.status === 'issued' && { certificateArn: state.certificateArn }),
    ...(state.serialHex && { serialHex: state.serialHex }),
    subject: row.subject,
    ...(row.challengeId && { challengeId: row.challengeId }),
    enrolmentId: row.enrolmentId,
    transactionId: row.transactionId,
  };
}

/** The event of a settled attempt. */
export const buildSettlementEvent = (
  row: Omit<EnrolmentRow, 'state'>,
  state: Exclude<RowState, { status: 'granted' }>,
  subjects: EventSubjects,
): AuditEvent => buildIssuanceEvent(toHistoryEntry(row, state, 0), subjects);

/** The detail type that starts the Revoke function (lib/cloud/revocation.ts). */
export const withheldDetailType = 'Certificate Withheld';

/** The event of a certificate that was issued and is not handed out. */
export const buildWithheldEvent = (
  { serialHex, certificateArn, withheldFor, enrolmentId }: RecordedCertificate,
  {
    arnPrefix,
    certificateAuthorityArn,
    connectorId,
  }: EventSubjects & { readonly connectorId: string },
): AuditEvent => ({
  detailType: withheldDetailType,
  resources: [certificateAuthorityArn, toConnectorArn(arnPrefix, connectorId)],
  detail: {
    connectorId,
    serialNumber: serialHex,
    certificateArn,
    reason: withheldFor,
    enrolmentId,
  },
});
