/**
 * What is so, whatever was answered: seen underneath the faults, at the stores and the CA
 * themselves.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Attempt, formatAttemptId } from '../../lambda/core/attempt.ts';
import { toCertificateOrder } from '../../lambda/issuance/order.ts';
import { type Grant, openGrant } from '../../lambda/policy/grant.ts';
import { openCertificate } from '../../lambda/policy/sealed-certificate.ts';
import type { AttemptStore } from '../../lambda/ports/attempts.ts';
import type { ChallengeRegister } from '../../lambda/ports/challenges.ts';
import type { EnrolmentRow, EnrolmentStore } from '../../lambda/ports/enrolments.ts';
import { type MemoryTables, serialId, storedRowOf } from '../support/fakes/memory-tables.ts';
import type { OrderedCertificate, SimulatedCa } from './certificate-authority.ts';
import type { SimulatedIntune } from './intune.ts';
import { connectorId, issuanceKeys } from './requests.ts';
import type { Trace } from './trace.ts';

/** An invariant that does not hold. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** A challenge, and what was taken of it and given back. */
interface TrueChallenge {
  /** Omitted: it counts nothing. */
  readonly maxUses?: number;
  revokedAtSeconds?: number;
  claimed: number;
  gaveBack: number;
  /** It came out of a backup, so that its count says nothing any more. */
  isRestored: boolean;
}

/** An attempt that was claimed. */
export interface TrueAttempt extends Attempt {
  readonly name: string;
  readonly grant: Grant;
  /** The counted challenge that it took a use of. */
  readonly countedChallenge?: string;
  /** The orders that the CA accepted for it. */
  readonly ordered: Set<OrderedCertificate>;
  gaveBack: boolean;
  /** Its row was swept, or lost with a table, after everything about it was checked. */
  isGone: boolean;
}

/** The state of everything durable. */
export interface Truth {
  readonly challenges: Map<string, TrueChallenge>;
  readonly attempts: Set<TrueAttempt>;
  /** The newest attempt of a name: months later a name comes again. */
  readonly attemptOfName: Map<string, TrueAttempt>;
  readonly attemptOfToken: Map<string, TrueAttempt>;
  readonly attemptOf: Map<OrderedCertificate, TrueAttempt>;
  /** What Intune allowed and was notified of, seen there. */
  readonly intune: SimulatedIntune;
  /**
   * What was seen to be wrong, first things first: the code under test would take an exception for
   * an outage.
   */
  readonly violations: string[];
  /** While tables are being restored, what is recorded is not what is so. */
  isRestoring: boolean;
  /** Tables were restored from a backup. */
  isRestored: boolean;
}

/** Where truth looks. */
export interface Observing {
  readonly truth: Truth;
  readonly tables: MemoryTables;
  readonly trace: Trace;
  readonly nowSeconds: () => number;
}

export const signingAlgorithm = 'SHA256WITHRSA';

/** Nothing yet. */
export const truthOf = (intune: SimulatedIntune): Truth => ({
  challenges: new Map(),
  attempts: new Set(),
  attemptOfName: new Map(),
  attemptOfToken: new Map(),
  attemptOf: new Map(),
  intune,
  violations: [],
  isRestoring: false,
  isRestored: false,
});

/** The certificates of one attempt; an order that the CA failed to fulfil is none. */
export const certificatesOf = ({ ordered }: TrueAttempt): readonly OrderedCertificate[] =>
  [...ordered].filter(({ fate }) => fate !== 'failed');

/** The challenges, with what admins do to them noted. */
export const observedChallenges = (
  inner: ChallengeRegister,
  { truth, nowSeconds }: Observing,
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
 * The rows, with each claim noted. Invariant I3 (docs/architecture.md): nothing is granted without
 * a good challenge, or without Intune's verdict.
 */
export const observedEnrolments = (
  inner: EnrolmentStore,
  observing: Observing,
): EnrolmentStore => ({
  ...inner,
  claim: async (claim) => {
    const { tables, truth, trace } = observing;
    const before = storedRowOf(tables, connectorId, claim.row)?.row.state.status;
    const result = await inner.claim(claim);
    if (result === 'claimed' && before === 'granted')
      truth.violations.push(`I3: an open attempt was claimed again: ${trace.nameOf(claim.row)}`);
    if (result === 'claimed') noteClaim(claim.row, observing);
    return result;
  },
});

/**
 * A static challenge is read and not taken, so its revocation may come between the two; in seconds.
 */
const maxRequestSeconds = 30;

function noteClaim(
  row: Parameters<EnrolmentStore['claim']>[0]['row'],
  { truth, trace, nowSeconds }: Observing,
): void {
  const grant = openGrant(connectorId, row, row.state.sealedGrant, issuanceKeys);
  const name = formatAttemptId(row);
  const { enrolmentId, attempt } = row;
  const { authority } = grant;
  const countedChallenge =
    authority.kind === 'challenge' && authority.isCounted ? authority.challengeKey : undefined;
  const noted: TrueAttempt = {
    ...{ enrolmentId, attempt, name, grant, gaveBack: false, isGone: false },
    ordered: new Set(),
    ...(countedChallenge !== undefined && { countedChallenge }),
  };
  const challenge = truth.challenges.get(countedChallenge ?? '');
  if (challenge) challenge.claimed += 1;
  if (!isAuthorised(grant, truth, nowSeconds()))
    truth.violations.push('I3: granted without a challenge');
  truth.attempts.add(noted);
  truth.attemptOfName.set(name, noted);
  const { idempotencyToken } = toCertificateOrder(grant, signingAlgorithm, nowSeconds());
  truth.attemptOfToken.set(idempotencyToken, noted);
  trace.call(idempotencyToken, trace.nameOf({ enrolmentId, attempt }));
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

/** The attempts, with each settlement noted. */
export const observedAttempts = (inner: AttemptStore, observing: Observing): AttemptStore => ({
  ...inner,
  settle: async (settlement) => {
    const { tables, truth } = observing;
    const key = settlement.giveBack ?? '';
    const before = tables.challenges.get(key)?.usesLeft;
    const result = await inner.settle(settlement);
    const noted = truth.attemptOfName.get(formatAttemptId(settlement));
    if (result !== 'settled' || noted === undefined) return result;
    const isGivenBack = before !== undefined && tables.challenges.get(key)?.usesLeft !== before;
    if (isGivenBack) {
      noted.gaveBack = true;
      const challenge = truth.challenges.get(key);
      if (challenge) challenge.gaveBack += 1;
    }
    checkHandedOut(settlement.state, noted, observing);
    return result;
  },
});

/**
 * I3, and Intune's own rule: what is handed out is what was granted, and Intune was notified of it.
 */
function checkHandedOut(
  state: EnrolmentRow['state'],
  attempt: TrueAttempt,
  { truth, tables }: Observing,
): void {
  if (state.status !== 'issued') return;
  if (!tables.serials.has(serialId(connectorId, state.serialHex)))
    truth.violations.push('I4: a certificate was handed out without a serial record');
  const { grant } = attempt;
  // After a restore a row may adopt the certificate of a later attempt of its enrolment, which the
  // tables forgot.
  const own = truth.isRestored
    ? [...truth.attempts].filter(({ enrolmentId }) => enrolmentId === attempt.enrolmentId)
    : [attempt];
  const certificate = own.flatMap(certificatesOf).find(({ arn }) => arn === state.certificateArn);
  if (certificate?.fate !== 'made')
    truth.violations.push('I3: a certificate was handed out that was not granted');
  const der = openCertificate(connectorId, grant, state.sealedCertificate, issuanceKeys);
  if (grant.authority.kind === 'intune' && !truth.intune.knows(der))
    truth.violations.push('Intune: handed out, and Intune was not notified');
}

/** The CA, with each order compared to its Grant. I3: nothing is issued that was not granted. */
export const observedCa = (
  inner: SimulatedCa,
  { truth, trace, nowSeconds }: Observing,
): SimulatedCa => ({
  ...inner,
  issue: async (order) => {
    const attempt = truth.attemptOfToken.get(order.idempotencyToken);
    const granted = attempt && toCertificateOrder(attempt.grant, signingAlgorithm, nowSeconds());
    if (granted === undefined || !isDeepStrictEqual(order, granted))
      truth.violations.push('I3: an order that was not granted');
    const arn = await inner.issue(order);
    const number = Number(arn.split('/').at(-1));
    const certificate = inner.certificates[number];
    if (attempt && certificate && !truth.attemptOf.has(certificate)) {
      truth.attemptOf.set(certificate, attempt);
      attempt.ordered.add(certificate);
    }
    trace.call(arn, `certificate ${number}`);
    return arn;
  },
});
