/**
 * The stores of one connector: the fakes of the other tests, observed, and broken if a test
 * requires it.
 */
import type { AttemptStore } from '../../lambda/ports/attempts.ts';
import type { ChallengeRegister } from '../../lambda/ports/challenges.ts';
import type { DueAttempts, LostAttempts } from '../../lambda/ports/due-attempts.ts';
import type { EnrolmentStore } from '../../lambda/ports/enrolments.ts';
import type { ReplayGuard } from '../../lambda/ports/envelopes.ts';
import type { IntuneVerdicts } from '../../lambda/ports/intune-verdicts.ts';
import type { IssuanceWorkflow } from '../../lambda/ports/issuance-workflow.ts';
import type { IssuanceRateLimiter } from '../../lambda/ports/rate-limiter.ts';
import type { IssuedCertificates, RevocationInbox } from '../../lambda/ports/revocations.ts';
import type { WithheldCertificates } from '../../lambda/ports/withheld.ts';
import { memoryAttempts, memoryRateLimiter } from '../support/fakes/memory-attempts.ts';
import { memoryChallenges } from '../support/fakes/memory-challenges.ts';
import {
  memoryDueAttempts,
  memoryIssuedCertificates,
  memoryLostAttempts,
  memoryWithheld,
} from '../support/fakes/memory-due.ts';
import { memoryEnrolments } from '../support/fakes/memory-enrolments.ts';
import { memoryEnvelopes } from '../support/fakes/memory-envelopes.ts';
import { memoryIntuneVerdicts } from '../support/fakes/memory-intune-verdicts.ts';
import { memoryRevocationJournal } from '../support/fakes/memory-revocations.ts';
import type { MemoryTables } from '../support/fakes/memory-tables.ts';
import type { SimulatedCa } from './certificate-authority.ts';
import type { SimulatedIntune } from './intune.ts';
import {
  observeAttempts,
  observeCa,
  observeChallenges,
  observeEnrolments,
} from './observed-stores.ts';
import { connectorId } from './requests.ts';
import type { ObservationContext } from './truth.ts';

/**
 * Everything that functions call. A test can break any of it, to prove that the invariants detect
 * it.
 */
export interface Stores {
  readonly enrolments: EnrolmentStore;
  readonly attempts: AttemptStore;
  readonly challenges: ChallengeRegister;
  readonly due: DueAttempts;
  readonly lost: LostAttempts;
  readonly withheld: WithheldCertificates;
  readonly certificates: IssuedCertificates;
  readonly journal: RevocationInbox;
  readonly rateLimiter: IssuanceRateLimiter & { readonly nextTurn: () => Promise<number> };
  readonly envelopes: ReplayGuard;
  readonly verdicts: IntuneVerdicts;
  readonly ca: SimulatedCa;
  readonly intune: SimulatedIntune;
  readonly workflow: IssuanceWorkflow;
}

/** Returns replacements for some stores. */
export type BreakStores = (stores: Stores, tables: MemoryTables) => Partial<Stores>;

/** Creates the stores of a world. */
export function createStores(
  { ca, intune, workflow }: Pick<Stores, 'ca' | 'intune' | 'workflow'>,
  turnsPerSecond: number,
  context: ObservationContext,
  breakStores: BreakStores = () => ({}),
): Stores {
  const { tables, nowSeconds } = context;
  const observed: Stores = {
    enrolments: observeEnrolments(memoryEnrolments(tables, connectorId), context),
    attempts: observeAttempts(memoryAttempts(tables, connectorId), context),
    challenges: observeChallenges(memoryChallenges(tables), context),
    due: memoryDueAttempts(tables),
    lost: memoryLostAttempts(tables, nowSeconds),
    withheld: memoryWithheld(tables, { connectorId, nowSeconds }),
    certificates: memoryIssuedCertificates(tables, connectorId),
    journal: memoryRevocationJournal(),
    rateLimiter: {
      ...memoryRateLimiter(tables, turnsPerSecond),
      nextTurn: async () => tables.nextTurnAtMilliseconds,
    },
    envelopes: memoryEnvelopes(nowSeconds),
    verdicts: memoryIntuneVerdicts(),
    ca: observeCa(ca, context),
    intune,
    workflow,
  };
  return { ...observed, ...breakStores(observed, tables) };
}
