/**
 * The stores and the CA, wrapped so that they record the ground truth (truth.ts) and check I3
 * (docs/architecture.md) on every call.
 */
import { isDeepStrictEqual } from 'node:util';
import { formatAttemptId } from '../../lambda/core/attempt.ts';
import { toCertificateOrder } from '../../lambda/issuance/order.ts';
import { type Grant, openGrant } from '../../lambda/policy/grant.ts';
import { openCertificate } from '../../lambda/policy/sealed-certificate.ts';
import type { AttemptStore } from '../../lambda/ports/attempts.ts';
import type { ChallengeRegister } from '../../lambda/ports/challenges.ts';
import type { EnrolmentRow, EnrolmentStore } from '../../lambda/ports/enrolments.ts';
import { serialId, storedRowOf } from '../support/fakes/memory-tables.ts';
import type { SimulatedCa } from './certificate-authority.ts';
import { connectorId, issuanceKeys } from './requests.ts';
import {
  certificatesOf,
  type ObservationContext,
  type ObservedAttempt,
  signingAlgorithm,
  type Truth,
} from './truth.ts';

/** Wraps the challenge register and records what admins do. */
export const observeChallenges = (
  inner: ChallengeRegister,
  { truth, nowSeconds }: ObservationContext,
): ChallengeRegister => ({
  ...inner,
  create: async (record) => {
    await inner.create(record);
    const { maxUses } = record;
    const counts = { claimed: 0, gaveBack: 0, isRestored: false };
    truth.challenges.set(record.id, { ...(maxUses !== undefined && { maxUses }), ...counts });
  },
  revoke: async (id, seconds) => {
    const isRevoked = await inner.revoke(id, seconds);
    const challenge = truth.challenges.get(id);
    if (isRevoked && challenge) challenge.revokedAtSeconds ??= nowSeconds();
    return isRevoked;
  },
});

/**
 * Wraps the enrolment store, records each claim and checks I3: every Grant rests on a valid
 * challenge or on Intune.
 */
export const observeEnrolments = (
  inner: EnrolmentStore,
  context: ObservationContext,
): EnrolmentStore => ({
  ...inner,
  claim: async (claim) => {
    const { tables, truth, trace } = context;
    const before = storedRowOf(tables, connectorId, claim.row)?.row.state.status;
    const result = await inner.claim(claim);
    if (result === 'claimed' && before === 'granted')
      truth.violations.push(
        `I3: an open attempt was claimed a second time: ${trace.nameOf(claim.row)}`,
      );
    if (result === 'claimed') recordClaim(claim.row, context);
    return result;
  },
});

/**
 * An unlimited challenge is only read, so it can be revoked between the read and the claim. In
 * seconds.
 */
const maxRequestSeconds = 30;

function recordClaim(
  row: Parameters<EnrolmentStore['claim']>[0]['row'],
  { truth, trace, nowSeconds }: ObservationContext,
): void {
  const grant = openGrant(connectorId, row, row.state.sealedGrant, issuanceKeys);
  const name = formatAttemptId(row);
  const { enrolmentId, attempt } = row;
  const { authority } = grant;
  const countedChallenge =
    authority.kind === 'challenge' && authority.isCounted ? authority.challengeKey : undefined;
  const observed: ObservedAttempt = {
    ...{ enrolmentId, attempt, name, grant, gaveBack: false, isGone: false },
    ordered: new Set(),
    ...(countedChallenge !== undefined && { countedChallenge }),
  };
  const challenge = truth.challenges.get(countedChallenge ?? '');
  if (challenge) challenge.claimed += 1;
  if (!isAuthorised(grant, truth, nowSeconds()))
    truth.violations.push('I3: a Grant rests on no valid challenge');
  truth.attempts.add(observed);
  truth.attemptOfName.set(name, observed);
  const { idempotencyToken } = toCertificateOrder(grant, signingAlgorithm, nowSeconds());
  truth.attemptOfToken.set(idempotencyToken, observed);
  trace.assignName(idempotencyToken, trace.nameOf({ enrolmentId, attempt }));
}

function isAuthorised({ authority, request }: Grant, truth: Truth, nowSeconds: number): boolean {
  if (authority.kind === 'challenge') {
    const challenge = truth.challenges.get(authority.challengeKey);
    if (challenge === undefined) return false;
    const { maxUses, claimed, gaveBack, revokedAtSeconds, isRestored } = challenge;
    if (isRestored && revokedAtSeconds === undefined) return true;
    if (maxUses === undefined)
      return nowSeconds - (revokedAtSeconds ?? nowSeconds) < maxRequestSeconds;
    return revokedAtSeconds === undefined && claimed - gaveBack <= maxUses;
  }
  const { transactionId } = authority;
  const certificateRequest = Buffer.from(request, 'base64');
  return truth.intune.hasAllowed({ transactionId, certificateRequest });
}

/** Wraps the attempt store and records each settlement. */
export const observeAttempts = (
  inner: AttemptStore,
  context: ObservationContext,
): AttemptStore => ({
  ...inner,
  settle: async (settlement) => {
    const { tables, truth } = context;
    const key = settlement.giveBack ?? '';
    const before = tables.challenges.get(key)?.usesLeft;
    const result = await inner.settle(settlement);
    const observed = truth.attemptOfName.get(formatAttemptId(settlement));
    if (result !== 'settled' || observed === undefined) return result;
    const isGivenBack = before !== undefined && tables.challenges.get(key)?.usesLeft !== before;
    if (isGivenBack) {
      observed.gaveBack = true;
      const challenge = truth.challenges.get(key);
      if (challenge) challenge.gaveBack += 1;
    }
    checkHandedOutCertificate(settlement.state, observed, context);
    return result;
  },
});

/**
 * I3 and the Intune rule: a certificate that is handed out was granted, and Intune was notified of
 * it.
 */
function checkHandedOutCertificate(
  state: EnrolmentRow['state'],
  attempt: ObservedAttempt,
  { truth, tables }: ObservationContext,
): void {
  if (state.status !== 'issued') return;
  if (!tables.serials.has(serialId(connectorId, state.serialHex)))
    truth.violations.push('I4: a certificate was handed out without a serial record');
  const { grant } = attempt;
  // After a restore, a row can adopt the certificate of a later attempt that the tables no longer
  // contain.
  const possible = truth.isRestored
    ? [...truth.attempts].filter(({ enrolmentId }) => enrolmentId === attempt.enrolmentId)
    : [attempt];
  const certificate = possible
    .flatMap(certificatesOf)
    .find(({ arn }) => arn === state.certificateArn);
  if (certificate?.fate !== 'made')
    truth.violations.push('I3: a certificate was handed out but not granted');
  const der = openCertificate(connectorId, grant, state.sealedCertificate, issuanceKeys);
  if (grant.authority.kind === 'intune' && !truth.intune.knows(der))
    truth.violations.push('Intune: a certificate was handed out, but Intune was not notified');
}

/** Wraps the CA and checks I3: every order equals the order of its Grant. */
export const observeCa = (
  inner: SimulatedCa,
  { truth, trace, nowSeconds }: ObservationContext,
): SimulatedCa => ({
  ...inner,
  issue: async (order) => {
    const attempt = truth.attemptOfToken.get(order.idempotencyToken);
    const granted = attempt && toCertificateOrder(attempt.grant, signingAlgorithm, nowSeconds());
    if (granted === undefined || !isDeepStrictEqual(order, granted))
      truth.violations.push('I3: an order was sent that was not granted');
    const arn = await inner.issue(order);
    const number = Number(arn.split('/').at(-1));
    const certificate = inner.certificates[number];
    if (attempt && certificate && !truth.attemptOf.has(certificate)) {
      truth.attemptOf.set(certificate, attempt);
      attempt.ordered.add(certificate);
    }
    trace.assignName(arn, `certificate ${number}`);
    return arn;
  },
});
