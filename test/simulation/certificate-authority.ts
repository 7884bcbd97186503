/**
 * ACM PCA as its documents describe it: two quotas, idempotency tokens that are known for five
 * minutes, and no hurry.
 */
import { X509Certificate } from 'node:crypto';
import { Fault } from '../../lambda/core/errors.ts';
import { requireSerial } from '../../lambda/core/serial-number.ts';
import type { CertificateOrder, PrivateCa } from '../../lambda/ports/certificate-authority.ts';
import { memoryPrivateCa } from '../support/fakes/memory-private-ca.ts';
import { certificateAuthorityArn } from '../support/fakes/test-connector.ts';
import type { TestRa } from '../support/kit/test-ra.ts';
import { type Bucket, bucketOf } from './bucket.ts';
import type { Dice } from './dice.ts';
import { Outage } from './faults.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Within this an order with a known token is the order it was; after it, another. */
const tokenWindowMilliseconds = 5 * 60_000;

/** How this CA behaves. */
export interface CaBehaviour {
  readonly issuesPerSecond: number;
  readonly retrievesPerSecond: number;
  /** From the order to the certificate, in milliseconds. */
  readonly makingMilliseconds: () => number;
  /**
   * The share of orders that end in RequestFailed, and of those that are made otherwise than
   * ordered.
   */
  readonly failing: () => number;
  readonly altering: () => number;
  /** From an order to its record in CloudTrail, in milliseconds. */
  readonly recordingMilliseconds: () => number;
  /** The share of records without request parameters. */
  readonly namelessShare: () => number;
  /**
   * While true it is disabled: InvalidState, which lambda/aws/private-ca.ts reads as a refusal of
   * an order, and of nothing else.
   */
  readonly isDisabled: () => boolean;
}

/** An order that was accepted, and its certificate. */
export interface OrderedCertificate {
  readonly arn: string;
  readonly order: CertificateOrder;
  readonly orderedAt: number;
  readonly readyAt: number;
  readonly recordedAt: number;
  /** Whether its record shows the idempotency token. */
  readonly isNamed: boolean;
  readonly fate: 'made' | 'altered' | 'failed';
  pem?: string;
  serialHex?: string;
  isRevoked: boolean;
}

/** The CA, and what is so there. */
export interface SimulatedCa extends PrivateCa {
  readonly certificates: readonly OrderedCertificate[];
  /** Takes an order of somebody else's, which CloudTrail records among ours. */
  readonly noteForeign: (token: string) => void;
  /** The order of a certificate (DER) that was fetched. */
  readonly orderOf: (certificate: Uint8Array) => OrderedCertificate | undefined;
  /** Whether its certificate exists by now. */
  readonly isMade: (certificate: OrderedCertificate) => boolean;
  /** Calls that met a quota. */
  readonly throttled: { issue: number; retrieve: number };
}

/** When and by what chance; `epoch` is when time began, in epoch milliseconds. */
export interface CaWorld {
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly epoch: number;
}

const foreignOrder: CertificateOrder = {
  request: new Uint8Array(),
  idempotencyToken: '',
  validityDays: 1,
  signingAlgorithm: 'SHA256WITHRSA',
  passthrough: { Subject: {}, Extensions: {} },
};

/** A CA whose certificates are signed by `ra`'s. */
export function certificateAuthority(
  ra: TestRa,
  behaviour: CaBehaviour,
  { time, dice, epoch }: CaWorld,
): SimulatedCa {
  const certificates: OrderedCertificate[] = [];
  const byArn = new Map<string, OrderedCertificate>();
  const byToken = new Map<string, OrderedCertificate>();
  const bySerial = new Map<string, OrderedCertificate>();
  const byContent = new Map<string, OrderedCertificate>();
  const press = presses(ra, epoch);
  const throttled = { issue: 0, retrieve: 0 };
  const quotas = {
    issue: bucketOf({ perSecond: behaviour.issuesPerSecond }, time.now),
    retrieve: bucketOf({ perSecond: behaviour.retrievesPerSecond }, time.now),
  };
  const admit = (call: keyof typeof quotas): void => {
    if ((quotas[call] as Bucket)()) return;
    throttled[call] += 1;
    throw new Fault('CertificateAuthorityBusy', 'ThrottlingException');
  };
  const failIfDisabled = (error: Error): void => {
    if (behaviour.isDisabled()) throw error;
  };
  const accept = (order: CertificateOrder): OrderedCertificate => {
    const orderedAt = time.now();
    const wrong = dice.chance(behaviour.altering()) ? 'altered' : 'made';
    const accepted: OrderedCertificate = {
      arn: `${certificateAuthorityArn}/certificate/${certificates.length}`,
      order,
      orderedAt,
      readyAt: orderedAt + behaviour.makingMilliseconds(),
      fate: dice.chance(behaviour.failing()) ? 'failed' : wrong,
      recordedAt: orderedAt + behaviour.recordingMilliseconds(),
      isNamed: !dice.chance(behaviour.namelessShare()),
      isRevoked: false,
    };
    certificates.push(accepted);
    byArn.set(accepted.arn, accepted);
    byToken.set(order.idempotencyToken, accepted);
    return accepted;
  };
  return {
    certificates,
    throttled,
    noteForeign: (idempotencyToken) => {
      accept({ ...foreignOrder, idempotencyToken });
    },
    orderOf: (certificate) => byContent.get(Buffer.from(certificate).toString('base64')),
    isMade: ({ fate, readyAt }) => fate !== 'failed' && readyAt <= time.now(),
    issue: async (order) => {
      failIfDisabled(new Fault('CertificateRefused', 'InvalidStateException'));
      admit('issue');
      const known = byToken.get(order.idempotencyToken);
      if (known && time.now() - known.orderedAt < tokenWindowMilliseconds) return known.arn;
      return accept(order).arn;
    },
    retrieve: async (arn) => {
      failIfDisabled(new Outage('InvalidStateException'));
      admit('retrieve');
      const one = byArn.get(arn);
      if (one === undefined) throw new Outage('ResourceNotFoundException');
      if (one.readyAt > time.now()) return undefined;
      if (one.fate === 'failed') throw new Fault('CertificateRefused', 'RequestFailedException');
      one.pem ??= await press(one);
      one.serialHex ??= requireSerial(new X509Certificate(one.pem).serialNumber);
      bySerial.set(one.serialHex, one);
      byContent.set(one.pem.split('\n')[1] ?? '', one);
      return one.pem;
    },
    revoke: async (serialHex) => {
      failIfDisabled(new Outage('InvalidStateException'));
      const one = bySerial.get(serialHex);
      if (one === undefined) throw new Outage('ResourceNotFoundException');
      one.isRevoked = true;
    },
    chain: async () => '',
  };
}

/** The fake of the other tests writes the certificates: as ordered, or with another subject. */
function presses(ra: TestRa, epoch: number): (certificate: OrderedCertificate) => Promise<string> {
  const another = { CommonName: 'somebody else' };
  const dated = { at: 0 };
  const now = (): number => epoch + dated.at;
  const faithful = memoryPrivateCa(ra, undefined, now);
  const faithless = memoryPrivateCa(
    ra,
    (order) => ({ ...order, passthrough: { ...order.passthrough, Subject: another } }),
    now,
  );
  return async ({ arn, order, fate, orderedAt }) => {
    const press = fate === 'altered' ? faithless : faithful;
    dated.at = orderedAt;
    const made = await press.issue({ ...order, idempotencyToken: arn });
    return (await press.retrieve(made)) ?? (await press.retrieve(made)) ?? '';
  };
}
