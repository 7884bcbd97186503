/**
 * From a Grant to the input of IssueCertificate. We compose the whole certificate, and the CSR
 * contributes only its key.
 */
import { createHash } from 'node:crypto';
import { type Attempt, formatAttemptId } from '../core/attempt.ts';
import { countDaysLeft } from '../core/validity.ts';
import { toGeneralName } from '../names/alternative-name-kinds.ts';
import { getAttributeRow, toAttributeOid } from '../names/subject-attributes.ts';
import { keyUsageMembers, toApiPolicy, toApiUsage } from '../names/usages.ts';
import type { Grant } from '../policy/grant.ts';
import type { GrantedAttribute } from '../policy/subject.ts';
import type { CertificateOrder } from '../ports/certificate-authority.ts';

/**
 * The order for IssueCertificate. Subject and granted SANs are always sent, because ACM PCA
 * otherwise takes the CSR's.
 */
export const toCertificateOrder = (
  grant: Grant,
  signingAlgorithm: string,
  nowSeconds: number,
): CertificateOrder => ({
  request: Buffer.from(grant.request, 'base64'),
  idempotencyToken: toIdempotencyToken(grant),
  validityDays: limitOrderedDays(grant, nowSeconds),
  signingAlgorithm,
  passthrough: {
    Subject: toApiSubject(grant.subject),
    Extensions: {
      KeyUsage: Object.fromEntries(
        grant.keyUsage.map((usage) => [keyUsageMembers[usage], true] as const),
      ),
      ExtendedKeyUsage: grant.extendedKeyUsage.map(toApiUsage),
      ...(grant.certificatePolicies.length > 0 && {
        CertificatePolicies: grant.certificatePolicies.map(toApiPolicy),
      }),
      ...(grant.alternativeNames.length > 0 && {
        SubjectAlternativeNames: grant.alternativeNames.map(({ kind, value }) =>
          toGeneralName(kind, value),
        ),
      }),
    },
  },
});

/**
 * An order that waited must not outlive the CA either. If the CA has no day left, a day is ordered:
 * the CA refuses it, and its "no" is conclusive.
 */
const limitOrderedDays = (
  { validityDays, authorityNotAfterSeconds }: Grant,
  nowSeconds: number,
): number =>
  Math.max(1, Math.min(validityDays, countDaysLeft(authorityNotAfterSeconds, nowSeconds)));

/**
 * The idempotency token, which is the same for every try of one attempt. ACM PCA creates one
 * certificate per token within five minutes.
 */
export const toIdempotencyToken = (input: Attempt): string =>
  createHash('sha256').update(formatAttemptId(input)).digest('base64url').slice(0, 36);

/** ASN1Subject accepts each member once, and custom attributes only without any other member. */
function toApiSubject(subject: readonly GrantedAttribute[]): Readonly<Record<string, unknown>> {
  const members = subject.map(({ attribute }) => getAttributeRow(attribute)?.member);
  const isStandard =
    members.every((member) => member !== undefined) && new Set(members).size === members.length;
  if (isStandard)
    return Object.fromEntries(subject.map(({ value }, at) => [members[at], value] as const));
  return {
    CustomAttributes: subject.map(({ attribute, value }) => ({
      ObjectIdentifier: toAttributeOid(attribute),
      Value: value,
    })),
  };
}
