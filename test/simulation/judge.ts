/**
 * I5 and I6 (docs/architecture.md) at the devices. A repeated request gets the same certificate,
 * and every refusal has a true reason.
 */
import type { RefusalCode } from '../../lambda/core/errors.ts';
import type { Outcome } from '../../lambda/message/outcome.ts';
import type { EnrolmentRow } from '../../lambda/ports/enrolments.ts';
import { isReusableAt } from '../../lambda/scep/row-outcome.ts';
import { rowId } from '../support/fakes/memory-tables.ts';
import type { OrderedCertificate } from './certificate-authority.ts';
import type { DevicePlan } from './device.ts';
import { connectorId, deriveTableKey } from './requests.ts';
import { certificatesOf, type ObservedAttempt, Violation } from './truth.ts';
import { epoch } from './virtual-time.ts';
import type { World } from './world.ts';

/** The state just before a device sent its request. */
interface StateBeforeRequest {
  /** A stored row answers the request. */
  readonly isAnswered: boolean;
  /** Intune only: the same challenge already has a certificate for another key. */
  readonly isOtherIssued: boolean;
}

/** Checks the answers to devices. */
export interface Judge {
  readonly observeBefore: (plan: DevicePlan) => StateBeforeRequest;
  /** Throws `Violation` for a wrong certificate or a refusal without a reason. */
  readonly checkAnswer: (plan: DevicePlan, answer: Outcome, before: StateBeforeRequest) => void;
  /** Whether a device has a certificate that is still handed out. */
  readonly hasDelivered: (plan: DevicePlan) => boolean;
  /** Whether a device gets no other answer than this refusal. */
  readonly isFinal: (code: RefusalCode) => boolean;
}

/** The faults of this seed that can explain a refusal. */
export interface Circumstances {
  readonly isEverDisabled: boolean;
  readonly isIntune: boolean;
  readonly isIntuneOutForADay: boolean;
}

/**
 * CloudTrail is searched for two hours after the mark (search-schedule.ts). The order can be up to
 * six minutes later than the mark.
 */
const searchedMilliseconds = 114 * 60_000;

/** Refusals that only a new challenge ends. */
const challengeRefusals: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'ChallengeUsed',
  'ChallengeRevoked',
  'ChallengeUnknown',
]);

/** Creates the checks for the devices of one world. */
export function createJudge(world: World, circumstances: Circumstances): Judge {
  const { ca, truth, tables, intune } = world;
  const deliveredCertificates = new Map<string, OrderedCertificate>();
  const attemptsOf = (enrolmentId: string): readonly ObservedAttempt[] =>
    [...truth.attempts].filter((one) => one.enrolmentId === enrolmentId);
  const isAnswered = ({ request }: DevicePlan): boolean => {
    const row = tables.rows.get(rowId(connectorId, request.enrolmentId))?.row;
    return row !== undefined && isReusableAt(world.nowSeconds(), row);
  };
  const hasCertificate = (enrolmentId: string, is: (one: OrderedCertificate) => boolean): boolean =>
    ca.certificates.some((one) => truth.attemptOf.get(one)?.enrolmentId === enrolmentId && is(one));
  const isRecordedInTime = (attempt: ObservedAttempt): boolean =>
    certificatesOf(attempt).some(
      ({ recordedAt, orderedAt }) => recordedAt - orderedAt < searchedMilliseconds,
    );
  const stateOf = (attempt: ObservedAttempt): EnrolmentRow['state'] | undefined =>
    tables.rows.get(rowId(connectorId, attempt.enrolmentId))?.row.state;
  const isUsedUp = ({ challenge, request }: DevicePlan): boolean => {
    const key = deriveTableKey(challenge);
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
    truth.challenges.get(deriveTableKey(challenge))?.revokedAtSeconds !== undefined;
  const isSwept = ({ challenge }: DevicePlan): boolean =>
    !tables.challenges.has(deriveTableKey(challenge));

  const reasons: Partial<Record<RefusalCode, (plan: DevicePlan) => boolean>> = {
    ChallengeUsed: circumstances.isIntune ? isOtherIssued : isUsedUp,
    ChallengeRevoked: isRevoked,
    ChallengeUnknown: isSwept,
    CertificateRefused: ({ request }) =>
      circumstances.isEverDisabled ||
      hasCertificate(request.enrolmentId, ({ fate }) => fate === 'failed'),
    CertificateLost: ({ request }) =>
      attemptsOf(request.enrolmentId).some((one) => {
        const state = stateOf(one);
        return truth.isRestored || (state?.status === 'refused' && !isRecordedInTime(one));
      }) || hasCertificate(request.enrolmentId, ({ fate }) => fate === 'altered'),
    CertificateRevoked: ({ request }) => hasCertificate(request.enrolmentId, isToRevoke),
    CertificateMismatch: ({ request }) =>
      hasCertificate(request.enrolmentId, ({ fate }) => fate === 'altered'),
    'Intune:ChallengeExpired': ({ request }) => intune.hasRefused(request.csr),
    'Intune:RegisteredKeyMismatch': ({ request }) => intune.hasRefused(request.csr),
    IntuneUnreachable: () => circumstances.isIntuneOutForADay,
  };
  const isToRevoke = ({ isRevoked: wasRevoked, serialHex = '' }: OrderedCertificate): boolean =>
    wasRevoked || intune.hasRevoked(serialHex);
  const isPastHalf = ({ orderedAt, order }: OrderedCertificate): boolean =>
    world.nowMilliseconds() >= epoch + orderedAt - hour + (order.validityDays * day) / 2 - second;
  const deliver = (plan: DevicePlan, certificate: Uint8Array): void => {
    const given = ca.orderOf(certificate);
    if (given === undefined)
      throw new Violation(`I3: ${plan.name} got a certificate that the CA did not issue`);
    const before = deliveredCertificates.get(plan.request.enrolmentId);
    const isOther = before !== undefined && before !== given;
    if (isOther && !isToRevoke(before) && !isPastHalf(before))
      throw new Violation(`I5: ${plan.name} got another certificate`);
    deliveredCertificates.set(plan.request.enrolmentId, given);
  };
  return {
    observeBefore: (plan) => {
      const { challenge, request } = plan;
      const known = requestsOf.get(challenge) ?? new Set();
      requestsOf.set(challenge, known.add(request.enrolmentId));
      return { isAnswered: isAnswered(plan), isOtherIssued: isOtherIssued(plan) };
    },
    checkAnswer: (plan, answer, before) => {
      if (answer.status === 'issued' && before.isOtherIssued && !before.isAnswered)
        throw new Violation(
          `Intune: a second key got a certificate with the challenge of ${plan.name}`,
        );
      if (answer.status === 'issued') return deliver(plan, answer.certificate);
      if (answer.status !== 'refused') return;
      if (before.isAnswered && isAnswered(plan) && challengeRefusals.has(answer.code))
        throw new Violation(
          `I6: ${plan.name} is answered ${answer.code}, although its request is granted`,
        );
      // The other request may have started a new attempt since the state before was read.
      const wasOtherIssued = answer.code === 'ChallengeUsed' && before.isOtherIssued;
      if (!wasOtherIssued && !reasons[answer.code]?.(plan))
        throw new Violation(`I6: ${plan.name} was refused without a reason: ${answer.code}`);
    },
    hasDelivered: ({ request }) => {
      const had = deliveredCertificates.get(request.enrolmentId);
      return had !== undefined && !isToRevoke(had) && !isPastHalf(had);
    },
    isFinal: (code) =>
      challengeRefusals.has(code) || (truth.isRestored && code === 'CertificateLost'),
  };
}

const second = 1000;
const hour = 3_600_000;
const day = 24 * hour;
