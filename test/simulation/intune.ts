/**
 * Microsoft Intune. It allows and refuses requests, has outages of hours, requests revocations, and
 * accepts a repeated notification.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { requireSerial } from '../../lambda/core/serial-number.ts';
import type { Intune, IntuneRequest, IntuneVerdict } from '../../lambda/ports/intune.ts';
import type { IntuneRevocations, RevocationRequest } from '../../lambda/ports/revocations.ts';
import type { Dice } from './dice.ts';
import { Outage } from './faults.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How this Intune behaves. */
export interface IntuneBehaviour {
  /**
   * The share of validations and of notifications that it refuses. The next call for the same
   * request can succeed.
   */
  readonly refusing: () => number;
  readonly answeringMilliseconds: () => number;
  readonly isOut: () => boolean;
  /**
   * The share of certificates for which it requests a revocation, some time after its notification.
   */
  readonly revoking: () => number;
}

/** Intune, with its ground truth. */
export interface SimulatedIntune extends Intune, IntuneRevocations {
  /** Whether it ever allowed this request. */
  readonly hasAllowed: (request: IntuneRequest) => boolean;
  /** Whether it ever refused a call for this request. */
  readonly hasRefused: (certificateRequest: Uint8Array) => boolean;
  /** Whether it accepted a notification of this certificate. */
  readonly knows: (certificate: Uint8Array) => boolean;
  /** Whether it ever requested the revocation of this serial number. */
  readonly hasRevoked: (serialHex: string) => boolean;
  /** The number of requested revocations without a result. */
  readonly waiting: () => number;
  readonly violations: readonly string[];
}

/** The behaviour for a connector without Intune: an outage. */
const unavailable: IntuneBehaviour = {
  refusing: () => 0,
  answeringMilliseconds: () => 0,
  isOut: () => true,
  revoking: () => 0,
};

/** Creates an Intune without any calls yet. */
export function createIntune(
  behaviour: IntuneBehaviour | undefined,
  { time, dice }: { readonly time: VirtualTime; readonly dice: Dice },
): SimulatedIntune {
  const { answeringMilliseconds, isOut, refusing, revoking } = behaviour ?? unavailable;
  const allowed = new Set<string>();
  const refused = new Set<string>();
  const notified = new Set<string>();
  const revoked = new Set<string>();
  const queue = new Map<string, RevocationRequest>();
  const violations: string[] = [];
  const reach = async (): Promise<void> => {
    await time.sleep(answeringMilliseconds());
    if (isOut()) throw new Outage('IntuneUnavailable');
  };
  const requestRevocation = (certificate: Uint8Array): void => {
    const serialNumber = new X509Certificate(certificate).serialNumber;
    const requestContext = `revocation of ${serialNumber}`;
    time.after(dice.between(0, 600_000), () => {
      revoked.add(requireSerial(serialNumber));
      queue.set(requestContext, { requestContext, serialNumber });
    });
  };
  const answer = async (request: IntuneRequest, isNotice: boolean): Promise<IntuneVerdict> => {
    await reach();
    if (isNotice && !allowed.has(nameOf(request)))
      violations.push('Intune: it was notified of a request that it had never allowed');
    if (!dice.chance(refusing())) return 'granted';
    refused.add(digestOf(request.certificateRequest));
    return { refused: isNotice ? 'RegisteredKeyMismatch' : 'ChallengeExpired' };
  };
  return {
    validate: async (request) => {
      const verdict = await answer(request, false);
      if (verdict === 'granted') allowed.add(nameOf(request));
      return verdict;
    },
    notifySuccess: async (request, certificate) => {
      const verdict = await answer(request, true);
      if (verdict !== 'granted') return verdict;
      const isNew = !notified.has(digestOf(certificate));
      notified.add(digestOf(certificate));
      if (isNew && dice.chance(revoking())) requestRevocation(certificate);
      return verdict;
    },
    notifyFailure: (request) => answer(request, true),
    downloadRevocations: async (limit) => {
      await reach();
      return [...queue.values()].slice(0, limit);
    },
    uploadRevocationResults: async (results) => {
      await reach();
      for (const { requestContext } of results) queue.delete(requestContext);
      return true;
    },
    hasRevoked: (serialHex) => revoked.has(serialHex),
    waiting: () => queue.size,
    hasAllowed: (request) => allowed.has(nameOf(request)),
    hasRefused: (certificateRequest) => refused.has(digestOf(certificateRequest)),
    knows: (certificate) => notified.has(digestOf(certificate)),
    violations,
  };
}

const digestOf = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex');

const nameOf = ({ transactionId, certificateRequest }: IntuneRequest): string =>
  `${transactionId}#${digestOf(certificateRequest)}`;
