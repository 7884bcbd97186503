/**
 * The third threshold: a certificate that the CA may issue. Only `decide` makes a Grant. Its row
 * holds it sealed under a key of the scep function and Certify alone. So write access to the table
 * or the workflow does not let you grant (CVE-2025-44005 was a second entrance to the issuing
 * path).
 */
import { type Attempt, formatAttemptId } from '../core/attempt.ts';
import { Refusal } from '../core/errors.ts';
import { limitValidityDays } from '../core/validity.ts';
import type { Enrolment } from '../message/enrolment.ts';
import type { Quirks } from '../message/quirks.ts';
import type { CertificatePolicy, ExtendedKeyUsage } from '../names/usages.ts';
import type { ChallengeRecord } from '../ports/challenges.ts';
import type { Intune } from '../ports/intune.ts';
import type { Random } from '../ports/system.ts';
import { withAdditions } from './additions.ts';
import { type GrantedAlternativeName, grantAlternativeNames } from './alternative-names.ts';
import { checkChallenge } from './challenge.ts';
import { type IssuanceKeys, seal, unseal } from './connector-key.ts';
import type { Names } from './constraints.ts';
import { toIntuneRequest, validateWithIntune } from './intune.ts';
import { checkKey } from './key.ts';
import type { Profile } from './profile.ts';
import { checkRequestedExtensions } from './requested-extensions.ts';
import { type GrantedAttribute, grantSubject } from './subject.ts';
import { grantUsages } from './usages.ts';

declare const decided: unique symbol;

/**
 * One certificate that may be issued, composed by us. Made by `decide`, read back by `openGrant`.
 */
export interface Grant extends Attempt {
  readonly [decided]: true;
  readonly connectorId: string;
  readonly grantedAtSeconds: number;
  readonly subject: readonly GrantedAttribute[];
  readonly alternativeNames: readonly GrantedAlternativeName[];
  readonly keyUsage: Profile['keyUsage'];
  readonly extendedKeyUsage: readonly ExtendedKeyUsage[];
  readonly certificatePolicies: readonly CertificatePolicy[];
  readonly validityDays: number;
  /** When the CA ends. The order may be sent days after the Grant (lambda/issuance/order.ts). */
  readonly authorityNotAfterSeconds: number;
  /** The PKCS#10 to send, in base64. Secret: it holds the challenge. */
  readonly request: string;
  readonly authority: Authority;
}

/**
 * The authority of a Grant: a challenge of ours, or Intune. A counted challenge gets its use back
 * when the CA refuses to issue.
 */
type Authority =
  | { readonly kind: 'challenge'; readonly challengeKey: string; readonly isCounted: boolean }
  | { readonly kind: 'intune'; readonly transactionId: string };

/** The basis of a decision beside the enrolment. */
export interface DecisionContext {
  readonly profile: Profile;
  readonly quirks: Pick<Quirks, 'allowSignerKeyMismatch'>;
  readonly nowSeconds: number;
  /** When the CA ends. No certificate outlives it. */
  readonly authorityNotAfterSeconds: number;
  /**
   * The key and the record of the enrolment's challenge, as they were read; the record is undefined
   * if there is none.
   */
  readonly challenge?: { readonly key: string; readonly record: ChallengeRecord | undefined };
  /** Given: Intune alone judges the challenge. Ours are not consulted, whatever Intune answers. */
  readonly intune?: Pick<Intune, 'validate'>;
}

/**
 * Decides on an enrolment: key, extensions and names first, the challenge last, so that a request
 * the profile refuses costs no call to Intune. Throws `Refusal`; an error of Intune is an outage
 * and grants nothing. A counted challenge is taken afterwards, in one transaction with the row that
 * holds this Grant.
 */
export async function decide(
  enrolment: Enrolment,
  attempt: number,
  context: DecisionContext,
): Promise<Grant> {
  const { profile, nowSeconds } = context;
  checkKey(enrolment, context.quirks);
  checkRequestedExtensions(enrolment);
  const extendedKeyUsage = grantUsages(enrolment, profile);
  const requested = {
    subject: grantSubject(enrolment.subject, profile),
    alternativeNames: grantAlternativeNames(enrolment.alternativeNames, profile),
  };
  const names = withAdditions(requested, profile);
  // A challenge limits what is requested: it need not know what the profile adds.
  const authority = await authorityOf(enrolment, requested, context);
  return {
    enrolmentId: enrolment.enrolmentId,
    attempt,
    connectorId: enrolment.connectorId,
    grantedAtSeconds: nowSeconds,
    ...names,
    keyUsage: profile.keyUsage,
    extendedKeyUsage,
    certificatePolicies: profile.certificatePolicies ?? [],
    validityDays: validityDaysOf(enrolment, context),
    authorityNotAfterSeconds: context.authorityNotAfterSeconds,
    request: Buffer.from(enrolment.request).toString('base64'),
    authority,
  } as unknown as Grant;
}

/**
 * The shortest of what the profile, the challenge, the request and the CA's end allow: none of them
 * lengthens it.
 */
const validityDaysOf = (
  { requestedValidityDays = Number.POSITIVE_INFINITY }: Enrolment,
  { profile, challenge, intune, authorityNotAfterSeconds, nowSeconds }: DecisionContext,
): number => {
  const limit = intune === undefined ? challenge?.record?.constraints?.validityDays : undefined;
  const days = Math.min(profile.validityDays, limit ?? profile.validityDays, requestedValidityDays);
  return limitValidityDays(days, authorityNotAfterSeconds, nowSeconds);
};

/** Exactly one authority decides; there is no fallback to the other. */
async function authorityOf(
  enrolment: Enrolment,
  names: Names,
  { challenge, intune, nowSeconds }: DecisionContext,
): Promise<Authority> {
  if (intune !== undefined) {
    const { transactionId } = enrolment;
    await validateWithIntune(toIntuneRequest(enrolment, transactionId), intune);
    return { kind: 'intune', transactionId };
  }
  if (challenge === undefined) throw new Refusal('ChallengeMissing');
  const { usesLeft } = checkChallenge(challenge.record, names, nowSeconds);
  return { kind: 'challenge', challengeKey: challenge.key, isCounted: usesLeft !== undefined };
}

/** How long a Grant is valid, in seconds. */
export const grantSeconds = 30 * 86_400;

/**
 * How long the progress record of an attempt is kept at least, in seconds. It outlives the Grant,
 * so no old row can issue twice.
 */
export const progressSeconds = 60 * 86_400;

/** The Grant, sealed for its row. */
export const sealGrant = (
  grant: Grant,
  keys: Pick<IssuanceKeys, 'grants'>,
  random: Random,
): Uint8Array =>
  seal(keys.grants, labelOf(grant.connectorId, grant), Buffer.from(JSON.stringify(grant)), random);

/** Opens a sealed Grant; throws `NotSealed` unless this connector sealed it for this attempt. */
export const openGrant = (
  connectorId: string,
  attempt: Attempt,
  sealed: Uint8Array,
  keys: Pick<IssuanceKeys, 'grants'>,
): Grant =>
  JSON.parse(
    Buffer.from(unseal(keys.grants, labelOf(connectorId, attempt), sealed)).toString('utf8'),
  ) as Grant;

const labelOf = (connectorId: string, attempt: Attempt): string =>
  `${connectorId}#${formatAttemptId(attempt)}`;
