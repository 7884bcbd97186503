/**
 * Ground truth: what the stores and the CA really did. It is observed beneath the injected faults.
 */
import type { Attempt } from '../../lambda/core/attempt.ts';
import type { Grant } from '../../lambda/policy/grant.ts';
import type { MemoryTables } from '../support/fakes/memory-tables.ts';
import type { OrderedCertificate } from './certificate-authority.ts';
import type { SimulatedIntune } from './intune.ts';
import type { Trace } from './trace.ts';

/** A violated invariant. Its message begins with the number of the invariant. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** A challenge, with how many uses were claimed and returned. */
interface ObservedChallenge {
  /** Omitted for a challenge without a limit. */
  readonly maxUses?: number;
  revokedAtSeconds?: number;
  claimed: number;
  gaveBack: number;
  /** It was restored from a backup, so its count proves nothing any more. */
  isRestored: boolean;
}

/** A claimed attempt. */
export interface ObservedAttempt extends Attempt {
  readonly name: string;
  readonly grant: Grant;
  /** The key of the limited challenge of which it took a use. */
  readonly countedChallenge?: string;
  /** The orders that the CA accepted for this attempt. */
  readonly ordered: Set<OrderedCertificate>;
  gaveBack: boolean;
  /** Its row was removed by TTL or by a restore, so it is no longer checked. */
  isGone: boolean;
}

/** The state of everything durable. */
export interface Truth {
  readonly challenges: Map<string, ObservedChallenge>;
  readonly attempts: Set<ObservedAttempt>;
  /** The newest attempt by name. After months the same name can occur again. */
  readonly attemptOfName: Map<string, ObservedAttempt>;
  readonly attemptOfToken: Map<string, ObservedAttempt>;
  readonly attemptOf: Map<OrderedCertificate, ObservedAttempt>;
  /** What Intune allowed, and which certificates it was notified of. */
  readonly intune: SimulatedIntune;
  /**
   * Violations in the order of detection. They are collected, since the code under test would treat
   * an exception as an outage.
   */
  readonly violations: string[];
  /** The tables are being restored, so they do not match the truth yet. */
  isRestoring: boolean;
  /** The tables have been restored from a backup. */
  isRestored: boolean;
}

/** What the observing stores read and write. */
export interface ObservationContext {
  readonly truth: Truth;
  readonly tables: MemoryTables;
  readonly trace: Trace;
  readonly nowSeconds: () => number;
}

export const signingAlgorithm = 'SHA256WITHRSA';

/** Creates an empty record. */
export const createTruth = (intune: SimulatedIntune): Truth => ({
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

/** The certificates of one attempt, without orders that the CA failed to fulfil. */
export const certificatesOf = ({ ordered }: ObservedAttempt): readonly OrderedCertificate[] =>
  [...ordered].filter(({ fate }) => fate !== 'failed');
