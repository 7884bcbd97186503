/** Makes a challenge: in the shape of AWS's CreateChallenge, with what that one lacks (a name, an end, a limit). */
import { challengeKeyOf, makePassword, sealPassword } from '../policy/challenge.ts';
import type { ConnectorKeys } from '../policy/connector-key.ts';
import type { Challenges, Random } from '../ports.ts';
import { AdminFault } from './fault.ts';

/** What creating needs. */
export interface CreateContext {
  readonly connectorId: string;
  readonly connectorArn: string;
  readonly keys: ConnectorKeys;
  readonly challenges: Pick<Challenges, 'create'>;
  readonly nowSeconds: number;
  readonly random: Random;
  readonly makeId: () => string;
}

/** The optional members of a CreateChallenge, checked. */
export interface ChallengeTerms {
  readonly name?: string;
  readonly expiresAtSeconds?: number;
  readonly maxUses?: number;
}

/** DynamoDB's item holds who used it; a thousand stays under a sixth of its 400 KB. More devices: a static challenge. */
const mostUses = 1000;

/** Reads the terms of a request; throws `AdminFault` for what is not allowed. */
export function challengeTermsOf(
  { Name, ExpiresAt, MaxUses }: Readonly<Record<string, unknown>>,
  nowSeconds: number,
): ChallengeTerms {
  if (Name !== undefined && (typeof Name !== 'string' || !/^[\P{C}]{1,64}$/u.test(Name)))
    throw new AdminFault('ValidationException', 'Name: 1 to 64 printable characters');
  if (ExpiresAt !== undefined && (typeof ExpiresAt !== 'number' || !(ExpiresAt > nowSeconds)))
    throw new AdminFault('ValidationException', 'ExpiresAt: epoch seconds, in the future');
  if (MaxUses !== undefined && !isWhole(MaxUses, mostUses))
    throw new AdminFault(
      'ValidationException',
      `MaxUses: 1 to ${mostUses}, or none for any number`,
    );
  return {
    ...(Name !== undefined && { name: Name as string }),
    ...(ExpiresAt !== undefined && { expiresAtSeconds: Math.floor(ExpiresAt as number) }),
    ...(MaxUses !== undefined && { maxUses: MaxUses as number }),
  };
}

const isWhole = (value: unknown, most: number): boolean =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;

/** Keeps a new challenge and returns AWS's `Challenge` with our members. The password is in it, and nowhere else. */
export async function createChallenge(terms: ChallengeTerms, context: CreateContext) {
  const { connectorId, connectorArn, keys, nowSeconds, random } = context;
  const password = makePassword(random);
  const id = challengeKeyOf(connectorId, password, keys);
  const challengeId = context.makeId();
  await context.challenges.create({
    ...terms,
    id,
    connectorId,
    challengeId,
    sealedPassword: sealPassword(id, password, keys, random),
    createdAtSeconds: nowSeconds,
    ...(terms.maxUses !== undefined && { usesLeft: terms.maxUses }),
  });
  return {
    Arn: `${connectorArn}/challenge/${challengeId}`,
    ConnectorArn: connectorArn,
    CreatedAt: nowSeconds,
    UpdatedAt: nowSeconds,
    Password: password,
    ...(terms.name !== undefined && { Name: terms.name }),
    ...(terms.expiresAtSeconds !== undefined && { ExpiresAt: terms.expiresAtSeconds }),
    ...(terms.maxUses !== undefined && { MaxUses: terms.maxUses }),
  };
}
