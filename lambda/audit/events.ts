/** The events that are told of: names as AWS's own SCEP connector has them, and those that one lacks. */
import { challengeArnOf, connectorArnOf } from '../connector-arn.ts';
import { failInfoOf } from '../errors.ts';
import type { AuditEvent, HistoryEntry } from '../ports.ts';

/** Where an event says it is from. AWS keeps `aws.*`, so theirs is `aws.pca-connector-scep`. */
export const eventSource = 'scep-connector';

/** Which CA and connector an event is about. */
export interface EventSubjects {
  readonly arnPrefix: string;
  readonly certificateAuthorityArn: string;
}

/** How an enrolment ended: AWS's members, then who it was, as AWS's events do not say. */
export function issuanceEvent(entry: HistoryEntry, subjects: EventSubjects): AuditEvent {
  const { connectorId, outcome, code, challengeId } = entry;
  const { certificateArn, serialHex, subject, enrolmentId, transactionId } = entry;
  const issued = outcome === 'issued';
  return {
    detailType: issued ? 'Certificate Issuance Succeeded' : 'Certificate Issuance Failed',
    resources: [subjects.certificateAuthorityArn, connectorArnOf(subjects.arnPrefix, connectorId)],
    detail: {
      result: issued ? 'success' : 'failure',
      requestType: 'PkiOperation',
      ...(certificateArn && { certificateArn }),
      ...(code && { reason: code, failInfo: failInfoOf(code) }),
      connectorId,
      ...(challengeId && {
        challengeArn: challengeArnOf(subjects.arnPrefix, connectorId, challengeId),
      }),
      ...(serialHex && { serialNumber: serialHex }),
      ...(subject && { subject }),
      ...(enrolmentId && { enrolmentId }),
      ...(transactionId && { transactionId }),
    },
  };
}

/** What an admin can do to a challenge, or with one. */
type ChallengeAct = 'Created' | 'Rotated' | 'Revoked' | 'Password Read';

/** Who did what with which challenge. */
export interface ChallengeActed {
  readonly act: ChallengeAct;
  readonly connectorId: string;
  readonly challengeId: string;
  /** Of a rotation: the one whose place it takes. */
  readonly replacedChallengeId?: string;
  /** The caller's ARN. */
  readonly who: string;
}

/** An act on a challenge. There is no password in it, whatever was done. */
export function challengeEvent(
  acted: ChallengeActed,
  { arnPrefix }: Pick<EventSubjects, 'arnPrefix'>,
): AuditEvent {
  const { act, connectorId, challengeId, replacedChallengeId, who } = acted;
  const arn = (id: string): string => challengeArnOf(arnPrefix, connectorId, id);
  return {
    detailType: `Challenge ${act}`,
    resources: [connectorArnOf(arnPrefix, connectorId), arn(challengeId)],
    detail: {
      connectorId,
      challengeArn: arn(challengeId),
      ...(replacedChallengeId && { replacedChallengeArn: arn(replacedChallengeId) }),
      who,
    },
  };
}
