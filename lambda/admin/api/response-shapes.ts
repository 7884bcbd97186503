/** Builds the structures in responses: AWS's members, and additional ones of ours. */
import type { ChallengeView, ConnectorView, EnrolmentView } from '../administration.ts';
import type { Body } from './request.ts';

/** Omits members without a value. */
const omitUndefined = (members: Body): Body =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

/** AWS's Connector, without its times, which only CloudFormation knows. */
export const toConnectorShape = (connector: ConnectorView): Body => ({
  Arn: connector.connectorArn,
  CertificateAuthorityArn: connector.certificateAuthorityArn,
  Type: connector.type,
  Status: 'ACTIVE',
  Endpoint: connector.scepUrl,
  ConnectorId: connector.connectorId,
});

/** AWS's ChallengeMetadata, with our name, expiry, uses and constraints. */
export const toChallengeShape = (challenge: ChallengeView): Body =>
  omitUndefined({
    Arn: challenge.challengeArn,
    ConnectorArn: challenge.connectorArn,
    CreatedAt: challenge.createdAtSeconds,
    UpdatedAt: challenge.updatedAtSeconds,
    Name: challenge.name,
    ExpiresAt: challenge.expiresAtSeconds,
    MaxUses: challenge.maxUses,
    UsesLeft: challenge.usesLeft,
    Constraints: challenge.constraints && {
      ...(challenge.constraints.subject && { Subject: challenge.constraints.subject }),
      ...(challenge.constraints.alternativeNames && {
        AlternativeNames: challenge.constraints.alternativeNames,
      }),
      ...(challenge.constraints.validityDays !== undefined && {
        ValidityDays: challenge.constraints.validityDays,
      }),
    },
  });

/** Our Enrolment: the outcome of one request, or of several counted ones. */
export const toEnrolmentShape = (enrolment: EnrolmentView): Body =>
  omitUndefined({
    EndedAt: enrolment.atSeconds,
    Outcome: enrolment.outcome === 'issued' ? 'ISSUED' : 'REFUSED',
    Reason: enrolment.code,
    FailInfo: enrolment.failInfo,
    Subject: enrolment.subject,
    SerialNumber: enrolment.serialHex,
    ChallengeId: enrolment.challengeId,
    EnrolmentId: enrolment.enrolmentId,
    TransactionId: enrolment.transactionId,
    Refused: enrolment.refused,
    Count: enrolment.count,
    ClientAddressHash: enrolment.source,
  });
