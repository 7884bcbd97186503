/** Members of requests and responses: AWS's shapes, and ours beside them. */
import type {
  ChallengeConstraints,
  ChallengeTerms,
  ChallengeView,
  ConnectorView,
  EnrolmentView,
} from '../administration.ts';
import { createValidationFault } from './fault.ts';
import { type Body, isObject } from './request.ts';

/** Members without a value are not sent. */
const present = (members: Body): Body =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

/** AWS's Connector; its times are CloudFormation's to know. */
export const toConnectorShape = (connector: ConnectorView): Body => ({
  Arn: connector.connectorArn,
  CertificateAuthorityArn: connector.certificateAuthorityArn,
  Type: connector.type,
  Status: 'ACTIVE',
  Endpoint: connector.scepUrl,
  ConnectorId: connector.connectorId,
});

/** AWS's ChallengeMetadata and ours: a name, an end, uses, and what it is good for. */
export const toChallengeShape = (challenge: ChallengeView): Body =>
  present({
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

/** Ours: how one request ended. */
export const toEnrolmentShape = (enrolment: EnrolmentView): Body =>
  present({
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

/**
 * The terms in a CreateChallenge, of the right types; challenge-terms.ts says whether they can be
 * kept.
 */
export function readTerms(body: Body): ChallengeTerms {
  return {
    name: readString(body, 'Name'),
    expiresAtSeconds: timeIn(body, 'ExpiresAt'),
    maxUses: readNumber(body, 'MaxUses'),
    constraints: body.Constraints === undefined ? undefined : constraintsIn(body.Constraints),
    tags: body.Tags === undefined ? undefined : readRequestTags(body),
    clientToken: readString(body, 'ClientToken'),
  };
}

/** A member that is text, or absent. */
export function readString(body: Body, member: string): string | undefined {
  const value = body[member];
  if (value === undefined || typeof value === 'string') return value;
  throw createValidationFault(`${member}: a string`);
}

/** A member that is a number, or absent. */
export function readNumber(body: Body, member: string): number | undefined {
  const value = body[member];
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw createValidationFault(`${member}: a number`);
}

/** SDKs write a moment with its milliseconds. */
const timeIn = (body: Body, member: string): number | undefined => {
  const value = readNumber(body, member);
  return value === undefined ? undefined : Math.floor(value);
};

/** The tags of a request; throws for what is no map of texts. */
export function readRequestTags({ Tags }: Body): Readonly<Record<string, string>> {
  if (isObject(Tags) && Object.values(Tags).every((value) => typeof value === 'string'))
    return Tags as Record<string, string>;
  throw createValidationFault('Tags: a map of strings');
}

function constraintsIn(value: unknown): ChallengeConstraints {
  const known = ['Subject', 'AlternativeNames', 'ValidityDays'];
  if (!isObject(value) || Object.keys(value).some((member) => !known.includes(member)))
    throw createValidationFault('Constraints: Subject, AlternativeNames and ValidityDays');
  const { Subject, AlternativeNames } = value;
  const validityDays = readNumber(value, 'ValidityDays');
  return {
    ...(validityDays !== undefined && { validityDays }),
    ...(Subject !== undefined && { subject: patternsIn('Subject', Subject) }),
    ...(AlternativeNames !== undefined && {
      alternativeNames: patternsIn('AlternativeNames', AlternativeNames),
    }),
  };
}

function patternsIn(member: string, value: unknown): Readonly<Record<string, readonly string[]>> {
  const isList = (one: unknown): boolean =>
    Array.isArray(one) && one.every((pattern) => typeof pattern === 'string');
  if (isObject(value) && Object.values(value).every(isList))
    return value as Record<string, readonly string[]>;
  throw createValidationFault(`Constraints.${member}: a map of lists of strings`);
}
