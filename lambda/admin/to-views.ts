/** Maps stored records and declared connectors to the views of administration.ts. */
import { toChallengeArn, toConnectorArn } from '../core/arns.ts';
import { failInfoOf } from '../core/errors.ts';
import type { ChallengeSummary } from '../ports/challenges.ts';
import type { HistoryEntry } from '../ports/history.ts';
import type { AdministeredConnector } from './administered-connector.ts';
import type { ChallengeView, ConnectorView, EnrolmentView } from './administration.ts';

/** A declared connector with its ARN. Its type is GENERAL_PURPOSE by default. */
export const toConnectorView = (
  {
    connectorId,
    scepUrl,
    certificateAuthorityArn,
    type = 'GENERAL_PURPOSE',
  }: AdministeredConnector,
  arnPrefix: string,
): ConnectorView => ({
  connectorArn: toConnectorArn(arnPrefix, connectorId),
  connectorId,
  scepUrl,
  certificateAuthorityArn,
  type,
});

/** A challenge without its password. An unchanged challenge was last updated at its creation. */
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

/** An outcome, with the failInfo that the device received. */
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
