/** What is so, whatever anybody was told: seen underneath the faults, at the stores and the CA themselves. */
import { isDeepStrictEqual } from 'node:util';
import { generationName } from '../../lambda/generation.ts';
import { orderOf } from '../../lambda/issuance/order.ts';
import { type Grant, openGrant } from '../../lambda/policy/grant.ts';
import type { Challenges, Ledger, LedgerEntry } from '../../lambda/ports.ts';
import type { OrderedCertificate, SimulatedCa } from './certificate-authority.ts';
import type { SimulatedIntune } from './intune.ts';
import { connectorId, connectorKeys } from './requests.ts';
import type { Trace } from './trace.ts';

/** An invariant that does not hold. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** Who holds a challenge and who used it, by what was answered to them. */
interface TrueChallenge {
  readonly maxUses: number;
  readonly holders: Set<string>;
  readonly spenders: Set<string>;
}

/** The state of everything durable. */
export interface Truth {
  readonly challenges: Map<string, TrueChallenge>;
  readonly entries: Map<string, LedgerEntry>;
  /** By generation name. */
  readonly grants: Map<string, Grant>;
  readonly nameOfToken: Map<string, string>;
  readonly noteOrder: (generation: string, certificate: OrderedCertificate) => void;
  readonly certificatesOf: (generation: string) => readonly OrderedCertificate[];
  /** What Intune allowed and was told, seen there. */
  readonly intune: SimulatedIntune;
  /** What was seen to be wrong, first things first: the code under test would take an exception for an outage. */
  readonly violations: string[];
}

/** The challenge of ours that a Grant rests on; '' where it is none. */
export const challengeKeyOf = (grant: Grant | undefined): string =>
  grant?.authority.kind === 'challenge' ? grant.authority.challengeKey : '';

export const signingAlgorithm = 'SHA256WITHRSA';

/** Nothing yet. */
export function truthOf(intune: SimulatedIntune): Truth {
  const ordered = new Map<string, Set<OrderedCertificate>>();
  const nameOfToken = new Map<string, string>();
  return {
    challenges: new Map(),
    entries: new Map(),
    grants: new Map(),
    intune,
    violations: [],
    nameOfToken,
    certificatesOf: (generation) => [...(ordered.get(generation) ?? [])],
    noteOrder: (generation, certificate) => {
      ordered.set(generation, (ordered.get(generation) ?? new Set()).add(certificate));
    },
  };
}

/** The challenges, with each effect noted. I2: used for good only together with a certificate. */
export function observedChallenges(inner: Challenges, truth: Truth, ca: SimulatedCa): Challenges {
  const trueOf = (id: string): TrueChallenge =>
    truth.challenges.get(id) ?? { maxUses: 0, holders: new Set(), spenders: new Set() };
  return {
    ...inner,
    create: async (record) => {
      await inner.create(record);
      const maxUses = record.maxUses ?? Number.POSITIVE_INFINITY;
      truth.challenges.set(record.id, { maxUses, holders: new Set(), spenders: new Set() });
    },
    claim: async (id, holder, nowSeconds) => {
      const claim = await inner.claim(id, holder, nowSeconds);
      if (claim === 'claimed' && !trueOf(id).spenders.has(holder)) trueOf(id).holders.add(holder);
      if (claim === 'used') checkUsed(trueOf(id), holder, truth);
      return claim;
    },
    release: async (id, holder) => {
      await inner.release(id, holder);
      trueOf(id).holders.delete(holder);
    },
    spend: async (id, holder) => {
      await inner.spend(id, holder);
      if (!truth.certificatesOf(holder).some(ca.isMade))
        truth.violations.push('I2: a challenge was spent and no certificate made');
      if (trueOf(id).holders.delete(holder)) trueOf(id).spenders.add(holder);
    },
  };
}

/** I6: "used" is true if others have all its uses, or this device has had a certificate for it (one that lint revoked). */
function checkUsed({ maxUses, holders, spenders }: TrueChallenge, holder: string, truth: Truth) {
  const device = holder.slice(0, 64);
  const isOther = (name: string): boolean => !name.startsWith(device);
  const others = [...holders, ...spenders].filter(isOther).length;
  const hadOne = [...spenders].some((name) => !isOther(name) && truth.grants.has(name));
  if (others < maxUses && !hadOne)
    truth.violations.push(
      `I6: a device was told that its challenge is used; its own earlier try holds it`,
    );
}

/** The ledger, with each effect noted. I3: nothing is granted without a claim. */
export function observedLedger(inner: Ledger, truth: Truth, trace: Trace): Ledger {
  const noted = async (enrolmentId: string): Promise<void> => {
    const entry = await inner.find(enrolmentId);
    if (entry) truth.entries.set(enrolmentId, entry);
  };
  const changes = Object.entries(inner).map(([method, call]) => {
    const observed = async (...inputs: [{ enrolmentId?: string }, ...unknown[]]) => {
      const result = await (call as (...inputs: unknown[]) => Promise<unknown>)(...inputs);
      if (inputs[0]?.enrolmentId) await noted(inputs[0].enrolmentId);
      return result;
    };
    return [method, observed];
  });
  return {
    ...(Object.fromEntries(changes) as unknown as Ledger),
    begin: async (entry) => {
      const begun = await inner.begin(entry);
      if (begun) noteGrant(entry, truth, trace);
      await noted(entry.enrolmentId);
      return begun;
    },
  };
}

function noteGrant(entry: LedgerEntry, truth: Truth, trace: Trace): void {
  const grant = openGrant(connectorId, entry, entry.sealedGrant, connectorKeys);
  const name = generationName(entry);
  if (!isAuthorised(grant, name, truth)) truth.violations.push('I3: granted without a challenge');
  const token = orderOf(grant, signingAlgorithm).idempotencyToken;
  truth.grants.set(name, grant);
  truth.nameOfToken.set(token, name);
  trace.call(token, trace.nameOf(entry));
}

/** A challenge of ours is held for it, or Intune allowed it. */
function isAuthorised({ authority, request }: Grant, name: string, truth: Truth): boolean {
  if (authority.kind === 'challenge') {
    const challenge = truth.challenges.get(authority.challengeKey);
    return challenge?.holders.has(name) === true || challenge?.spenders.has(name) === true;
  }
  const { transactionId } = authority;
  const certificateRequest = Buffer.from(request, 'base64');
  return truth.intune.hasAllowed({ transactionId, certificateRequest });
}

/** The CA, with each order compared to its Grant. I3: nothing is issued that was not granted. */
export function observedCa(inner: SimulatedCa, truth: Truth, trace: Trace): SimulatedCa {
  return {
    ...inner,
    issue: async (order) => {
      const name = truth.nameOfToken.get(order.idempotencyToken);
      const grant = truth.grants.get(name ?? '');
      if (grant === undefined || !isDeepStrictEqual(order, orderOf(grant, signingAlgorithm)))
        truth.violations.push('I3: an order that was not granted');
      const arn = await inner.issue(order);
      const number = Number(arn.split('/').at(-1));
      const certificate = inner.certificates[number];
      if (name && certificate) truth.noteOrder(name, certificate);
      trace.call(arn, `certificate ${number}`);
      return arn;
    },
  };
}
