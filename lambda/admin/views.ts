/** What is kept, as admins see it. */
import { toChallengeArn, toConnectorArn } from '../core/arns.ts';
import { failInfoOf } from '../core/errors.ts';
import type { ChallengeSummary } from '../ports/challenges.ts';
import type { HistoryEntry } from '../ports/history.ts';
import type { ChallengeView, EnrolmentView } from './administration.ts';

/**
 * A challenge without its password; when nothing of it changed, it was updated when it was created.
 */
export const toChallengeView = (summary: ChallengeSummary, arnPrefix: string): ChallengeView => {
  const { connectorId, challengeId, createdAtSeconds, updatedAtSeconds } = summary;
  const { name, expiresAtSeconds, maxUses, usesLeft, constraints, tags } = summary;
  return {
    challengeArn: toChallengeArn(arnPrefix, connectorId, challengeId),
    challengeId,
    connectorArn: toConnectorArn(arnPrefix, connectorId),
    connectorId,
    createdAtSeconds,
    updatedAtSeconds: updatedAtSeconds ?? createdAtSeconds,
    ...(name !== undefined && { name }),
    ...(expiresAtSeconds !== undefined && { expiresAtSeconds }),
    ...(maxUses !== undefined && { maxUses }),
    ...(usesLeft !== undefined && { usesLeft }),
    ...(constraints !== undefined && { constraints }),
    ...(tags !== undefined && { tags }),
  };
};

/** An ending, with what the device was told. */
export const toEnrolmentView = (entry: HistoryEntry): EnrolmentView => {
  const { atMilliseconds, outcome, code, subject, serialHex } = entry;
  const { challengeId, enrolmentId, transactionId, refused, count, source } = entry;
  return {
    atSeconds: Math.floor(atMilliseconds / 1000),
    outcome,
    ...(code && { code, failInfo: failInfoOf(code) }),
    ...(subject !== undefined && { subject }),
    ...(serialHex && { serialHex }),
    ...(challengeId && { challengeId }),
    ...(enrolmentId && { enrolmentId }),
    ...(transactionId !== undefined && { transactionId }),
    ...(refused && { refused }),
    ...(count !== undefined && { count }),
    ...(source && { source }),
  };
};
