/**
 * Claims on one limited challenge, without the rest of an enrolment. Measures how many are
 * committed per second, and whether a revocation succeeds among them.
 */
import type { Claim } from '../../lambda/ports/enrolments.ts';
import { memoryChallenges } from '../support/fakes/memory-challenges.ts';
import { memoryEnrolments } from '../support/fakes/memory-enrolments.ts';
import { memoryTables } from '../support/fakes/memory-tables.ts';
import { createDatabase } from './database.ts';
import { durableCaller } from './device.ts';
import { createDice } from './dice.ts';
import { wrapInDynamoClient } from './dynamo-client.ts';
import { type Network, Outage } from './faults.ts';
import { dynamoMethods } from './operations.ts';
import { connectorId } from './requests.ts';
import { noTrace } from './trace.ts';
import { createVirtualTime } from './virtual-time.ts';

/** A burst of claims. */
export interface ClaimsOptions {
  readonly seed: number;
  readonly claims: number;
  /** The claims are spread evenly over this time. */
  readonly seconds: number;
  /** How long a transaction holds its items, in milliseconds (minimum and maximum). */
  readonly holds?: readonly [number, number];
  /** The second at which the challenge is revoked. */
  readonly revokedAt?: number;
}

/** The result of a burst. */
export interface ClaimsResult {
  readonly claimed: number;
  readonly refused: number;
  /** Answered 503, since they were undecided for five seconds. */
  readonly undecided: number;
  /** Claims committed per second, while new claims arrived. */
  readonly perSecond: number;
  /** How long the revocation took, in milliseconds. Omitted if it failed within its deadline. */
  readonly revokedAfter?: number;
  /** Claims that began after the revocation and were committed. */
  readonly claimedAfterRevocation: number;
  readonly usesLeft: number;
}

const key = `${connectorId}#challenge`;

/** Runs the burst. */
export async function runClaims(options: ClaimsOptions): Promise<ClaimsResult> {
  const { claims, seconds, holds = [10, 20], revokedAt } = options;
  const dice = createDice(options.seed);
  const time = createVirtualTime();
  const tables = memoryTables();
  const challenge = { connectorId, challengeId: 'challenge', sealedPassword: new Uint8Array() };
  const uses = { maxUses: claims, usesLeft: claims, createdAtSeconds: 0 };
  tables.challenges.set(key, { id: key, ...challenge, ...uses });
  const network: Network = {
    ...{ time, dice, trace: noTrace, onEffect: () => {}, faultFactor: () => 0 },
    latency: () => dice.between(2, 8),
  };
  const database = createDatabase(network, {
    transactionMilliseconds: () => dice.between(...holds),
    unprocessedShare: () => 0,
    indexLagMilliseconds: () => 0,
  });
  const context = { network, database, caller: durableCaller('', () => 0) };
  const enrolments = wrapInDynamoClient(
    'Enrolments',
    memoryEnrolments(tables, connectorId),
    dynamoMethods.Enrolments,
    context,
  );
  const register = wrapInDynamoClient(
    'Challenges',
    memoryChallenges(tables),
    dynamoMethods.Challenges,
    context,
  );
  const counts = { claimed: 0, refused: 0, undecided: 0, inTime: 0, afterRevocation: 0 };
  let revokedAfter: number | undefined;
  const claimOnce = async (number: number): Promise<void> => {
    const startsAfterRevocation = revokedAfter !== undefined;
    const result = await enrolments.claim(buildClaim(number)).catch(ignoreUndecided);
    if (result === undefined) counts.undecided += 1;
    else if (result === 'claimed') {
      counts.claimed += 1;
      if (startsAfterRevocation) counts.afterRevocation += 1;
      if (time.now() <= seconds * 1000) counts.inTime += 1;
    } else counts.refused += 1;
  };
  for (let number = 0; number < claims; number += 1) {
    const at = dice.fraction() * seconds * 1000;
    time.after(at, () => time.spawn(() => claimOnce(number)));
  }
  if (revokedAt !== undefined)
    time.after(revokedAt * 1000, () =>
      time.spawn(async () => {
        const began = time.now();
        const isRevoked = await register.revoke(key, 1).catch(ignoreUndecided);
        if (isRevoked) revokedAfter = time.now() - began;
      }),
    );
  await time.run();
  const { claimed, refused, undecided, inTime, afterRevocation } = counts;
  return {
    ...{ claimed, refused, undecided, claimedAfterRevocation: afterRevocation },
    perSecond: inTime / seconds,
    ...(revokedAfter !== undefined && { revokedAfter }),
    usesLeft: tables.challenges.get(key)?.usesLeft ?? -1,
  };
}

/** Builds the claim of a new enrolment. */
function buildClaim(number: number): Claim {
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

/** A claim that stays undecided is answered 503. Any other error is thrown. */
const ignoreUndecided = (error: unknown): undefined => {
  const isUndecided = error instanceof Error && error.name === 'ChallengeContended';
  if (!isUndecided && !(error instanceof Outage)) throw error;
  return undefined;
};
