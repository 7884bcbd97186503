/**
 * Claims on one limited challenge, without the rest of an enrolment: how many are committed a
 * second, and whether its revocation gets through among them.
 */
import type { Claim } from '../../lambda/ports/enrolments.ts';
import { memoryChallenges } from '../support/fakes/memory-challenges.ts';
import { memoryEnrolments } from '../support/fakes/memory-enrolments.ts';
import { memoryTables } from '../support/fakes/memory-tables.ts';
import { databaseOf } from './database.ts';
import { durableCaller } from './device.ts';
import { diceOf } from './dice.ts';
import { throughDynamo } from './dynamo-client.ts';
import { type Network, Outage } from './faults.ts';
import { methodsOf } from './operations.ts';
import { connectorId } from './requests.ts';
import { noTrace } from './trace.ts';
import { virtualTime } from './virtual-time.ts';

/** A burst of claims. */
export interface ClaimsOptions {
  readonly seed: number;
  readonly claims: number;
  /** Evenly over so many seconds. */
  readonly seconds: number;
  /** How long a transaction holds its items, in milliseconds: the least and the most. */
  readonly holds?: readonly [number, number];
  /** The challenge is revoked at this second. */
  readonly revokedAt?: number;
}

/** What became of it. */
export interface ClaimsResult {
  readonly claimed: number;
  readonly refused: number;
  /** Told 503: undecided for five seconds. */
  readonly undecided: number;
  /** Claims that were committed a second, while claims came. */
  readonly perSecond: number;
  /**
   * How long the revocation took, in milliseconds; omitted if it did not get through within its
   * deadline.
   */
  readonly revokedAfter?: number;
  /** Claims that were committed after the revocation was. */
  readonly claimedAfterRevocation: number;
  readonly usesLeft: number;
}

const key = `${connectorId}#challenge`;

/** Runs the burst. */
export async function runClaims(options: ClaimsOptions): Promise<ClaimsResult> {
  const { claims, seconds, holds = [10, 20], revokedAt } = options;
  const dice = diceOf(options.seed);
  const time = virtualTime();
  const tables = memoryTables();
  const challenge = { connectorId, challengeId: 'challenge', sealedPassword: new Uint8Array() };
  const counts = { maxUses: claims, usesLeft: claims, createdAtSeconds: 0 };
  tables.challenges.set(key, { id: key, ...challenge, ...counts });
  const network: Network = {
    ...{ time, dice, trace: noTrace, onEffect: () => {}, trouble: () => 0 },
    latency: () => dice.between(2, 8),
  };
  const database = databaseOf(network, {
    transactionMilliseconds: () => dice.between(...holds),
    unprocessedShare: () => 0,
    indexLagMilliseconds: () => 0,
  });
  const context = { network, database, caller: durableCaller('', () => 0) };
  const enrolments = throughDynamo(
    'Enrolments',
    memoryEnrolments(tables, connectorId),
    methodsOf.Enrolments,
    context,
  );
  const register = throughDynamo(
    'Challenges',
    memoryChallenges(tables),
    methodsOf.Challenges,
    context,
  );
  const met = { claimed: 0, refused: 0, undecided: 0, inTime: 0, afterRevocation: 0 };
  let revokedAfter: number | undefined;
  const claimOnce = async (number: number): Promise<void> => {
    const startsAfterRevocation = revokedAfter !== undefined;
    const result = await enrolments.claim(claimOf(number)).catch(unlessUndecided);
    if (result === undefined) met.undecided += 1;
    else if (result === 'claimed') {
      met.claimed += 1;
      if (startsAfterRevocation) met.afterRevocation += 1;
      if (time.now() <= seconds * 1000) met.inTime += 1;
    } else met.refused += 1;
  };
  for (let number = 0; number < claims; number += 1) {
    const at = dice.fraction() * seconds * 1000;
    time.after(at, () => time.spawn(() => claimOnce(number)));
  }
  if (revokedAt !== undefined)
    time.after(revokedAt * 1000, () =>
      time.spawn(async () => {
        const began = time.now();
        const isRevoked = await register.revoke(key, 1).catch(unlessUndecided);
        if (isRevoked) revokedAfter = time.now() - began;
      }),
    );
  await time.run();
  const { claimed, refused, undecided, inTime, afterRevocation } = met;
  return {
    ...{ claimed, refused, undecided, claimedAfterRevocation: afterRevocation },
    perSecond: inTime / seconds,
    ...(revokedAfter !== undefined && { revokedAfter }),
    usesLeft: tables.challenges.get(key)?.usesLeft ?? -1,
  };
}

/** A claim of its own enrolment. */
function claimOf(number: number): Claim {
  const enrolmentId = number.toString(16).padStart(8, '0').split('').toReversed().join('');
  return {
    row: {
      ...{ connectorId, enrolmentId, attempt: 1, grantedAtSeconds: 0 },
      ...{ subject: '', transactionId: '' },
      state: { status: 'granted', sealedGrant: new Uint8Array() },
    },
    countedChallenge: key,
    nowSeconds: 0,
  };
}

/** A claim that stays undecided is told 503. */
const unlessUndecided = (error: unknown): undefined => {
  const isUndecided = error instanceof Error && error.name === 'ChallengeContended';
  if (!isUndecided && !(error instanceof Outage)) throw error;
  return undefined;
};
