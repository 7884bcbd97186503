/**
 * Decides on enrolments. A granted enrolment becomes a `Grant`, one certificate that the CA may
 * issue. Only `decide` makes one. The enrolment's row holds it sealed, under a key that only the
 * scep function and Certify have. So write access to the table or to the workflow does not let
 * anyone grant (docs/decisions/002-sealed-grants.md). In another server, a second path to the
 * issuer skipped the checks (CVE-2025-44005).
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
 * A certificate that the CA may issue, in every part that the CA writes into it. `decide` makes it,
 * and `openGrant` reads it back.
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
  /** The end of the CA. The order may be sent days after the Grant (lambda/issuance/order.ts). */
  readonly authorityNotAfterSeconds: number;
  /** The PKCS#10 for the CA, in base64. Secret, because it holds the challenge. */
  readonly request: string;
  readonly authority: Authority;
}

/**
 * The authority of a Grant: a challenge of this connector, or Intune. A counted challenge has a
 * limited number of uses, and gets its use back if the CA refuses to issue.
 */
type Authority =
  | { readonly kind: 'challenge'; readonly challengeKey: string; readonly isCounted: boolean }
  | { readonly kind: 'intune'; readonly transactionId: string };

/** Everything but the enrolment that a decision depends on. */
export interface DecisionContext {
  readonly profile: Profile;
  readonly quirks: Pick<Quirks, 'allowSignerKeyMismatch'>;
  readonly nowSeconds: number;
  /** When the CA ends. No certificate outlives it. */
  readonly authorityNotAfterSeconds: number;
  /**
   * The key of the enrolment's challenge, and the record that was read. The record is undefined if
   * no challenge has this key. Omitted if the request has no usable challenge.
   */
  readonly challenge?: { readonly key: string; readonly record: ChallengeRecord | undefined };
  /** If given, Intune alone decides on the challenge, and `challenge` is ignored. */
  readonly intune?: Pick<Intune, 'validate'>;
}

/**
 * Decides on an enrolment. It checks key, extensions and names before the challenge, so that a
 * request that the profile refuses costs no call to Intune. Throws `Refusal`. Every other error is
 * an outage and grants nothing. The use of a counted challenge is taken later, in one transaction
 * with the row of this Grant (docs/decisions/015-transactions.md).
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
  // The limits of a challenge apply to the requested names, not to those that the profile adds.
  const authority = await authorize(enrolment, requested, context);
  return {
    enrolmentId: enrolment.enrolmentId,
    attempt,
    connectorId: enrolment.connectorId,
    grantedAtSeconds: nowSeconds,
    ...names,
    keyUsage: profile.keyUsage,
    extendedKeyUsage,
    certificatePolicies: profile.certificatePolicies ?? [],
    validityDays: computeValidityDays(enrolment, context),
    authorityNotAfterSeconds: context.authorityNotAfterSeconds,
    request: Buffer.from(enrolment.request).toString('base64'),
    authority,
  } as unknown as Grant;
}

/**
 * The shortest validity of the profile, the challenge, the request and what the CA has left. None
 * of them can extend it.
 */
const computeValidityDays = (
  { requestedValidityDays = Number.POSITIVE_INFINITY }: Enrolment,
  { profile, challenge, intune, authorityNotAfterSeconds, nowSeconds }: DecisionContext,
): number => {
  const challengeDays =
    intune === undefined ? challenge?.record?.constraints?.validityDays : undefined;
  const days = Math.min(
    profile.validityDays,
    challengeDays ?? profile.validityDays,
    requestedValidityDays,
  );
  return limitValidityDays(days, authorityNotAfterSeconds, nowSeconds);
};

/** Exactly one authority decides, and a connector with Intune never falls back to a challenge. */
async function authorize(
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
 * so an old row that is put back cannot issue twice (docs/decisions/017-two-tables.md).
 */
export const progressSeconds = 60 * 86_400;

/** Seals a Grant for its row, bound to its connector and attempt. */
export const sealGrant = (
  grant: Grant,
  keys: Pick<IssuanceKeys, 'grants'>,
  random: Random,
): Uint8Array =>
  seal(keys.grants, labelOf(grant.connectorId, grant), Buffer.from(JSON.stringify(grant)), random);

/** Opens a sealed Grant. Throws `NotSealed` unless this connector sealed it for this attempt. */
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
