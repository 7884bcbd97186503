/** The events that we publish. They have the members of AWS's own SCEP connector, and more. */
import { toChallengeArn, toConnectorArn } from '../core/arns.ts';
import { failInfoOf } from '../core/errors.ts';
import type { AuditEvent, HistoryEntry } from '../ports/history.ts';

/**
 * The source of our events. AWS reserves `aws.*`, and its own connector uses
 * `aws.pca-connector-scep`.
 */
export const eventSource = 'scep-connector';

/** The CA of an event, and the prefix of its connector's ARN (core/arns.ts). */
export interface EventSubjects {
  readonly arnPrefix: string;
  readonly certificateAuthorityArn: string;
}

/** The event of an enrolment's outcome. AWS's events omit the subject and the ids. */
export function buildIssuanceEvent(entry: HistoryEntry, subjects: EventSubjects): AuditEvent {
  const { connectorId, outcome, code, challengeId } = entry;
  const { certificateArn, serialHex, subject, enrolmentId, transactionId } = entry;
  const issued = outcome === 'issued';
  return {
    detailType: issued ? 'Certificate Issuance Succeeded' : 'Certificate Issuance Failed',
    resources: [subjects.certificateAuthorityArn, toConnectorArn(subjects.arnPrefix, connectorId)],
    detail: {
      result: issued ? 'success' : 'failure',
      requestType: 'PkiOperation',
      ...(certificateArn && { certificateArn }),
      ...(code && { reason: code, failInfo: failInfoOf(code) }),
      connectorId,
      ...(challengeId && {
        challengeArn: toChallengeArn(subjects.arnPrefix, connectorId, challengeId),
      }),
      ...(serialHex && { serialNumber: serialHex }),
      ...(subject && { subject }),
      ...(enrolmentId && { enrolmentId }),
      ...(transactionId && { transactionId }),
    },
  };
}

/** The actions of admins on a challenge. */
type ChallengeAction = 'Created' | 'Rotated' | 'Revoked' | 'Password Read';

/** An action of an admin on a challenge. */
export interface ChallengeActionRecord {
  readonly action: ChallengeAction;
  readonly connectorId: string;
  readonly challengeId: string;
  /** The challenge that a rotation replaces. */
  readonly replacedChallengeId?: string;
  /** The caller: an ARN, or the name of a part of this service. */
  readonly principal: string;
}

/** The event of an action on a challenge. It never holds a password. */
export function buildChallengeEvent(
  record: ChallengeActionRecord,
  { arnPrefix }: Pick<EventSubjects, 'arnPrefix'>,
): AuditEvent {
  const { action, connectorId, challengeId, replacedChallengeId, principal } = record;
  const arn = (id: string): string => toChallengeArn(arnPrefix, connectorId, id);
  return {
    detailType: `Challenge ${action}`,
    resources: [toConnectorArn(arnPrefix, connectorId), arn(challengeId)],
    detail: {
      connectorId,
      challengeArn: arn(challengeId),
      ...(replacedChallengeId && { replacedChallengeArn: arn(replacedChallengeId) }),
      principal,
    },
  };
}
