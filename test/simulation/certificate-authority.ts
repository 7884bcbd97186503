/** ACM PCA as its documents describe it: a quota, idempotency tokens that are known for five minutes, and no hurry. */
import { X509Certificate } from 'node:crypto';
import type { CertificateOrder, IssuanceRecords, PrivateCa } from '../../lambda/ports.ts';
import { memoryPrivateCa } from '../fakes/memory-private-ca.ts';
import type { TestRa } from '../kit/test-ra.ts';
import type { Dice } from './dice.ts';
import { Outage } from './faults.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Within this an order with a known token is the order it was; after it, another. */
const tokenWindowMilliseconds = 5 * 60_000;

/** How this CA behaves. */
export interface CaBehaviour {
  readonly issuesPerSecond: number;
  /** From the order to the certificate, in milliseconds. */
  readonly makingMilliseconds: () => number;
  /** The share of orders that end in RequestFailed, and of those that are made otherwise than ordered. */
  readonly failing: () => number;
  readonly altering: () => number;
  /** From an order to its record in CloudTrail, in milliseconds. */
  readonly recordingMilliseconds: () => number;
  /** While true it is disabled: InvalidState, which lambda/aws/private-ca.ts reads as a refusal of an order, and of nothing else. */
  readonly isDisabled: () => boolean;
}

/** An order that was accepted, and its certificate. */
export interface OrderedCertificate {
  readonly arn: string;
  readonly order: CertificateOrder;
  readonly orderedAt: number;
  readonly readyAt: number;
  readonly recordedAt: number;
  readonly fate: 'made' | 'altered' | 'failed';
  pem?: string;
  serialHex?: string;
  isRevoked: boolean;
}

export interface SimulatedCa extends PrivateCa {
  readonly certificates: readonly OrderedCertificate[];
  /** Whether its certificate exists by now. */
  readonly isMade: (certificate: OrderedCertificate) => boolean;
  readonly records: IssuanceRecords;
}

/** When and by what chance; `epochSeconds` is when time began. */
export interface CaWorld {
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly epochSeconds: number;
}

/** A CA whose certificates are signed by `ra`'s. */
export function certificateAuthority(
  ra: TestRa,
  behaviour: CaBehaviour,
  { time, dice, epochSeconds }: CaWorld,
): SimulatedCa {
  const certificates: OrderedCertificate[] = [];
  const byArn = new Map<string, OrderedCertificate>();
  const byToken = new Map<string, OrderedCertificate>();
  const bySerial = new Map<string, OrderedCertificate>();
  const press = presses(ra);
  const admit = quota(behaviour.issuesPerSecond, time);
  const failIfDisabled = (error: string): void => {
    if (behaviour.isDisabled()) throw new Outage(error);
  };
  const accept = (order: CertificateOrder): OrderedCertificate => {
    const arn = `arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/test/certificate/${certificates.length}`;
    const orderedAt = time.now();
    const readyAt = orderedAt + behaviour.makingMilliseconds();
    const wrong = dice.chance(behaviour.altering()) ? 'altered' : 'made';
    const fate = dice.chance(behaviour.failing()) ? 'failed' : wrong;
    const recordedAt = orderedAt + behaviour.recordingMilliseconds();
    const made = { arn, order, orderedAt, readyAt, recordedAt, fate, isRevoked: false } as const;
    certificates.push({ ...made });
    const kept = certificates.at(-1) as OrderedCertificate;
    byArn.set(arn, kept);
    byToken.set(order.idempotencyToken, kept);
    return kept;
  };
  return {
    certificates,
    records: {
      certificateArnOf: async (token, fromSeconds, toSeconds) => {
        const isSought = ({ order, orderedAt, recordedAt }: OrderedCertificate): boolean => {
          const atSeconds = epochSeconds + orderedAt / 1000;
          const isBetween = atSeconds >= fromSeconds && atSeconds <= toSeconds;
          return order.idempotencyToken === token && isBetween && recordedAt <= time.now();
        };
        return certificates.find(isSought)?.arn;
      },
    },
    isMade: ({ fate, readyAt }) => fate !== 'failed' && readyAt <= time.now(),
    issue: async (order) => {
      failIfDisabled('CertificateRefused');
      admit();
      const known = byToken.get(order.idempotencyToken);
      if (known && time.now() - known.orderedAt < tokenWindowMilliseconds) return known.arn;
      return accept(order).arn;
    },
    collect: async (arn) => {
      failIfDisabled('InvalidStateException');
      const one = byArn.get(arn);
      if (one === undefined) throw new Outage('ResourceNotFoundException');
      if (one.readyAt > time.now()) return undefined;
      if (one.fate === 'failed') throw new Outage('CertificateRefused');
      one.pem ??= await press(one);
      one.serialHex ??= new X509Certificate(one.pem).serialNumber.toLowerCase();
      bySerial.set(one.serialHex, one);
      return one.pem;
    },
    revoke: async (serialHex) => {
      failIfDisabled('InvalidStateException');
      const one = bySerial.get(serialHex);
      if (one === undefined) throw new Outage('ResourceNotFoundException');
      one.isRevoked = true;
    },
    chain: async () => '',
  };
}

/** Throws `CertificateAuthorityBusy` above so many calls in a second. */
function quota(perSecond: number, time: VirtualTime): () => void {
  let tokens = perSecond;
  let asOf = 0;
  return () => {
    tokens = Math.min(perSecond, tokens + ((time.now() - asOf) / 1000) * perSecond);
    asOf = time.now();
    if (tokens < 1) throw new Outage('CertificateAuthorityBusy');
    tokens -= 1;
  };
}

/** The fake of the other tests writes the certificates: as ordered, or with the subject of somebody else. */
function presses(ra: TestRa): (certificate: OrderedCertificate) => Promise<string> {
  const another = { CommonName: 'somebody else' };
  const faithful = memoryPrivateCa(ra);
  const faithless = memoryPrivateCa(ra, (order) => ({
    ...order,
    passthrough: { ...order.passthrough, Subject: another },
  }));
  return async ({ arn, order, fate }) => {
    const press = fate === 'altered' ? faithless : faithful;
    const made = await press.issue({ ...order, idempotencyToken: arn });
    return (await press.collect(made)) ?? (await press.collect(made)) ?? '';
  };
}
