/**
 * The invariants I5 and I6 (docs/architecture.md) at the devices: an answer is the same as before,
 * and a refusal has a reason that is true.
 */
import type { RefusalCode } from '../../lambda/core/errors.ts';
import type { Outcome } from '../../lambda/message/outcome.ts';
import type { EnrolmentRow } from '../../lambda/ports/enrolments.ts';
import { isReusableAt } from '../../lambda/scep/row-outcome.ts';
import { rowId } from '../support/fakes/memory-tables.ts';
import type { OrderedCertificate } from './certificate-authority.ts';
import type { DevicePlan } from './device.ts';
import { connectorId, keyOfChallenge } from './requests.ts';
import { certificatesOf, type TrueAttempt, Violation } from './truth.ts';
import { epoch } from './virtual-time.ts';
import type { World } from './world.ts';

/** What was so when a device asked. */
interface Asked {
  /** A row that still answered the request. */
  readonly isAnswered: boolean;
  /** Intune: a certificate was settled for its challenge, for a request with another key. */
  readonly isOtherIssued: boolean;
}

/** Checks what devices hear. */
export interface Judge {
  readonly asks: (plan: DevicePlan) => Asked;
  /** Throws `Violation`. */
  readonly hears: (plan: DevicePlan, heard: Outcome, asked: Asked) => void;
  /** Whether a device was given a certificate. */
  readonly hasDelivered: (plan: DevicePlan) => boolean;
  /** Whether a device has to be satisfied with this refusal in the end. */
  readonly isFinal: (code: RefusalCode) => boolean;
}

/** What this seed has that explains refusals. */
export interface Circumstances {
  readonly isEverDisabled: boolean;
  readonly isIntune: boolean;
  readonly isIntuneOutForADay: boolean;
}

/**
 * CloudTrail is searched for two hours after the mark (search-schedule.ts); the order may be six
 * minutes younger.
 */
const searchedMilliseconds = 114 * 60_000;

/** Refusals that stand until an admin makes another challenge. */
const ofChallenge: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'ChallengeUsed',
  'ChallengeRevoked',
  'ChallengeUnknown',
]);

/** Makes the judge of a world. */
export function judgeOf(world: World, circumstances: Circumstances): Judge {
  const { ca, truth, tables, intune } = world;
  const delivered = new Map<string, OrderedCertificate>();
  const attemptsOf = (enrolmentId: string): readonly TrueAttempt[] =>
    [...truth.attempts].filter((one) => one.enrolmentId === enrolmentId);
  const isAnswered = ({ request }: DevicePlan): boolean => {
    const row = tables.rows.get(rowId(connectorId, request.enrolmentId))?.row;
    return row !== undefined && isReusableAt(world.nowSeconds(), row);
  };
  const hadOne = (enrolmentId: string, is: (one: OrderedCertificate) => boolean): boolean =>
    ca.certificates.some((one) => truth.attemptOf.get(one)?.enrolmentId === enrolmentId && is(one));
  const wasFound = (attempt: TrueAttempt): boolean =>
    certificatesOf(attempt).some(
      ({ recordedAt, orderedAt }) => recordedAt - orderedAt < searchedMilliseconds,
    );
  const stateOf = (attempt: TrueAttempt): EnrolmentRow['state'] | undefined =>
    tables.rows.get(rowId(connectorId, attempt.enrolmentId))?.row.state;
  const isUsedUp = ({ challenge, request }: DevicePlan): boolean => {
    const key = keyOfChallenge(challenge);
    const { maxUses = Number.POSITIVE_INFINITY } = truth.challenges.get(key) ?? {};
    const claims = [...truth.attempts].filter((one) => one.countedChallenge === key);
    const others = claims.filter((one) => one.enrolmentId !== request.enrolmentId);
    const own = claims.filter((one) => one.enrolmentId === request.enrolmentId && !one.gaveBack);
    return others.length + own.length >= maxUses;
  };
  const requestsOf = new Map<number, Set<string>>();
  const isOtherIssued = ({ challenge, request }: DevicePlan): boolean =>
    circumstances.isIntune &&
    [...(requestsOf.get(challenge) ?? [])]
      .filter((enrolmentId) => enrolmentId !== request.enrolmentId)
      .map((enrolmentId) => tables.rows.get(rowId(connectorId, enrolmentId))?.row.state)
      .some((state) => state?.status === 'issued');
  const isRevoked = ({ challenge }: DevicePlan): boolean =>
    truth.challenges.get(keyOfChallenge(challenge))?.revokedAtSeconds !== undefined;
  const isSwept = ({ challenge }: DevicePlan): boolean =>
    !tables.challenges.has(keyOfChallenge(challenge));

  const reasons: Partial<Record<RefusalCode, (plan: DevicePlan) => boolean>> = {
    ChallengeUsed: circumstances.isIntune ? isOtherIssued : isUsedUp,
    ChallengeRevoked: isRevoked,
    ChallengeUnknown: isSwept,
    CertificateRefused: ({ request }) =>
      circumstances.isEverDisabled || hadOne(request.enrolmentId, ({ fate }) => fate === 'failed'),
    CertificateLost: ({ request }) =>
      attemptsOf(request.enrolmentId).some((one) => {
        const state = stateOf(one);
        return truth.isRestored || (state?.status === 'refused' && !wasFound(one));
      }) || hadOne(request.enrolmentId, ({ fate }) => fate === 'altered'),
    CertificateRevoked: ({ request }) => hadOne(request.enrolmentId, isToRevoke),
    CertificateMismatch: ({ request }) =>
      hadOne(request.enrolmentId, ({ fate }) => fate === 'altered'),
    'Intune:ChallengeExpired': ({ request }) => intune.hasRefused(request.csr),
    'Intune:RegisteredKeyMismatch': ({ request }) => intune.hasRefused(request.csr),
    IntuneUnreachable: () => circumstances.isIntuneOutForADay,
  };
  const isToRevoke = ({ isRevoked: isSo, serialHex = '' }: OrderedCertificate): boolean =>
    isSo || intune.hasRevoked(serialHex);
  const isPastHalf = ({ orderedAt, order }: OrderedCertificate): boolean =>
    world.nowMilliseconds() >= epoch + orderedAt - hour + (order.validityDays * day) / 2 - second;
  const deliver = (plan: DevicePlan, certificate: Uint8Array): void => {
    const given = ca.orderOf(certificate);
    if (given === undefined)
      throw new Violation(`I3: ${plan.name} was given no certificate of ours`);
    const before = delivered.get(plan.request.enrolmentId);
    const isOther = before !== undefined && before !== given;
    if (isOther && !isToRevoke(before) && !isPastHalf(before))
      throw new Violation(`I5: ${plan.name} was given another certificate`);
    delivered.set(plan.request.enrolmentId, given);
  };
  return {
    asks: (plan) => {
      const { challenge, request } = plan;
      const known = requestsOf.get(challenge) ?? new Set();
      requestsOf.set(challenge, known.add(request.enrolmentId));
      return { isAnswered: isAnswered(plan), isOtherIssued: isOtherIssued(plan) };
    },
    hears: (plan, heard, asked) => {
      if (heard.status === 'issued' && asked.isOtherIssued && !asked.isAnswered)
        throw new Violation(
          `Intune: a second key got a certificate with the challenge of ${plan.name}`,
        );
      if (heard.status === 'issued') return deliver(plan, heard.certificate);
      if (heard.status !== 'refused') return;
      if (asked.isAnswered && isAnswered(plan) && ofChallenge.has(heard.code))
        throw new Violation(`I6: ${plan.name} heard ${heard.code}, and its request was granted`);
      // The other request may have begun a new attempt since this one was read.
      const wasOtherIssued = heard.code === 'ChallengeUsed' && asked.isOtherIssued;
      if (!wasOtherIssued && !reasons[heard.code]?.(plan))
        throw new Violation(`I6: ${plan.name} was refused without a reason: ${heard.code}`);
    },
    hasDelivered: ({ request }) => {
      const had = delivered.get(request.enrolmentId);
      return had !== undefined && !isToRevoke(had) && !isPastHalf(had);
    },
    isFinal: (code) => ofChallenge.has(code) || (truth.isRestored && code === 'CertificateLost'),
  };
}

const second = 1000;
const hour = 3_600_000;
const day = 24 * hour;
