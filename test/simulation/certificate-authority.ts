/**
 * ACM PCA as documented by AWS: two quotas, idempotency tokens that last five minutes, and slow
 * issuance.
 */
import { X509Certificate } from 'node:crypto';
import { Fault } from '../../lambda/core/errors.ts';
import { requireSerial } from '../../lambda/core/serial-number.ts';
import type { CertificateOrder, PrivateCa } from '../../lambda/ports/certificate-authority.ts';
import { memoryPrivateCa } from '../support/fakes/memory-private-ca.ts';
import { certificateAuthorityArn } from '../support/fakes/test-connector.ts';
import type { TestRa } from '../support/kit/test-ra.ts';
import { type Bucket, createBucket } from './bucket.ts';
import type { Dice } from './dice.ts';
import { Outage } from './faults.ts';
import type { VirtualTime } from './virtual-time.ts';

/**
 * Within this time an order with a known token is the same order. After it, the order is a new one.
 */
const tokenWindowMilliseconds = 5 * 60_000;

/** How this CA behaves. */
export interface CaBehaviour {
  readonly issuesPerSecond: number;
  readonly retrievesPerSecond: number;
  /** The time from the order to the certificate, in milliseconds. */
  readonly makingMilliseconds: () => number;
  /** The share of orders that end in RequestFailed. */
  readonly failing: () => number;
  /** The share of certificates that differ from their order. */
  readonly altering: () => number;
  /** The time from an order to its record in CloudTrail, in milliseconds. */
  readonly recordingMilliseconds: () => number;
  /** The share of records without request parameters. */
  readonly namelessShare: () => number;
  /**
   * Whether the CA is disabled. It answers InvalidState, which lambda/aws/private-ca.ts treats as a
   * refusal of an order, but as an outage of other calls.
   */
  readonly isDisabled: () => boolean;
}

/** An accepted order and its certificate. */
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

/** The CA, with its ground truth. */
export interface SimulatedCa extends PrivateCa {
  readonly certificates: readonly OrderedCertificate[];
  /** Accepts an order of another client, which CloudTrail records among ours. */
  readonly acceptForeignOrder: (token: string) => void;
  /** The order of an issued certificate (DER). */
  readonly orderOf: (certificate: Uint8Array) => OrderedCertificate | undefined;
  /** Whether its certificate exists now. */
  readonly isMade: (certificate: OrderedCertificate) => boolean;
  /** Calls that exceeded a quota. */
  readonly throttled: { issue: number; retrieve: number };
}

/** Time and chance. `epoch` is the start of the simulation in epoch milliseconds. */
export interface CaEnvironment {
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

/** Creates a CA that signs with the CA key of `ra`. */
export function createCertificateAuthority(
  ra: TestRa,
  behaviour: CaBehaviour,
  { time, dice, epoch }: CaEnvironment,
): SimulatedCa {
  const certificates: OrderedCertificate[] = [];
  const byArn = new Map<string, OrderedCertificate>();
  const byToken = new Map<string, OrderedCertificate>();
  const bySerial = new Map<string, OrderedCertificate>();
  const byContent = new Map<string, OrderedCertificate>();
  const makePem = createIssuer(ra, epoch);
  const throttled = { issue: 0, retrieve: 0 };
  const quotas = {
    issue: createBucket({ perSecond: behaviour.issuesPerSecond }, time.now),
    retrieve: createBucket({ perSecond: behaviour.retrievesPerSecond }, time.now),
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
    acceptForeignOrder: (idempotencyToken) => {
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
      one.pem ??= await makePem(one);
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

/**
 * Creates the function that makes certificates with the fake of the other tests. An altered one has
 * another subject.
 */
function createIssuer(
  ra: TestRa,
  epoch: number,
): (certificate: OrderedCertificate) => Promise<string> {
  const another = { CommonName: 'somebody else' };
  const clock = { at: 0 };
  const now = (): number => epoch + clock.at;
  const faithful = memoryPrivateCa(ra, undefined, now);
  const faithless = memoryPrivateCa(
    ra,
    (order) => ({ ...order, passthrough: { ...order.passthrough, Subject: another } }),
    now,
  );
  return async ({ arn, order, fate, orderedAt }) => {
    const issuer = fate === 'altered' ? faithless : faithful;
    clock.at = orderedAt;
    const made = await issuer.issue({ ...order, idempotencyToken: arn });
    return (await issuer.retrieve(made)) ?? (await issuer.retrieve(made)) ?? '';
  };
}
