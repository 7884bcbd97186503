/** Microsoft Intune: it allows, refuses, is out for hours, and does not mind being told twice. What it was told is the truth. */
import { createHash } from 'node:crypto';
import type { Intune, IntuneRequest, IntuneVerdict } from '../../lambda/ports.ts';
import type { Dice } from './dice.ts';
import { Outage } from './faults.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How this Intune behaves. */
export interface IntuneBehaviour {
  /** The share of validations, and of notifications, that it refuses; the next one of the same request may be granted. */
  readonly refusing: () => number;
  readonly answeringMilliseconds: () => number;
  readonly isOut: () => boolean;
}

/** Intune, and what is so there. */
export interface SimulatedIntune extends Intune {
  /** Whether it allowed this request at any time. */
  readonly hasAllowed: (request: IntuneRequest) => boolean;
  /** Whether it refused anything about it. */
  readonly hasRefused: (certificateRequest: Uint8Array) => boolean;
  /** Whether it was told of this certificate, and took it. */
  readonly knows: (certificate: Uint8Array) => boolean;
  readonly violations: readonly string[];
}

/** The Intune that no connector has. */
const silent: IntuneBehaviour = {
  refusing: () => 0,
  answeringMilliseconds: () => 0,
  isOut: () => true,
};

/** One that was never asked. */
export function simulatedIntune(
  behaviour: IntuneBehaviour | undefined,
  { time, dice }: { readonly time: VirtualTime; readonly dice: Dice },
): SimulatedIntune {
  const { answeringMilliseconds, isOut, refusing } = behaviour ?? silent;
  const allowed = new Set<string>();
  const refused = new Set<string>();
  const known = new Set<string>();
  const violations: string[] = [];
  const answer = async (request: IntuneRequest, isNotice: boolean): Promise<IntuneVerdict> => {
    await time.sleep(answeringMilliseconds());
    if (isOut()) throw new Outage('IntuneUnavailable');
    if (isNotice && !allowed.has(nameOf(request)))
      violations.push('I7: Intune was told of a request that it never allowed');
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
      if (verdict === 'granted') known.add(digestOf(certificate));
      return verdict;
    },
    notifyFailure: (request) => answer(request, true),
    hasAllowed: (request) => allowed.has(nameOf(request)),
    hasRefused: (certificateRequest) => refused.has(digestOf(certificateRequest)),
    knows: (certificate) => known.has(digestOf(certificate)),
    violations,
  };
}

const digestOf = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex');

const nameOf = ({ transactionId, certificateRequest }: IntuneRequest): string =>
  `${transactionId}#${digestOf(certificateRequest)}`;
