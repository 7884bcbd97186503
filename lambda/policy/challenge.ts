/** Challenge passwords: how one is made, found, and taken for an enrolment. */

import { uuidOf } from '../connector-arn.ts';
import { Refusal, type RefusalCode } from '../errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import type { ChallengeRecord, Challenges, Claim, Random } from '../ports.ts';
import { type ConnectorKeys, keyedDigest, seal, unseal } from './connector-key.ts';
import { checkConstraints, type Names } from './constraints.ts';

/** Base32: Windows writes the challenge as a PrintableString and refuses others (`_` was CRYPT_E_INVALID_PRINTABLE_STRING). */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 32 characters of 5 bits: 160 bits; RFC 8894 section 7.3 wants a high-entropy secret, not a password. */
const passwordLength = 32;

/** A new password. */
export const makePassword = (random: Random): string =>
  [...random(passwordLength)].map((octet) => alphabet[octet % alphabet.length]).join('');

/**
 * Names a challenge in public: in ARNs, events and lists. Half of the keyed digest of its password, which says nothing of the
 * password to who has no connector key; 128 bits do not meet by chance.
 */
const challengeIdOf = (password: string, keys: ConnectorKeys): string =>
  uuidOf(keyedDigest(keys.lookup, password));

/** What a challenge is kept under, the connector's id in front (roles are bound to it): found by ARN with one read. */
export const challengeKey = (connectorId: string, challengeId: string): string =>
  `${connectorId}#${challengeId}`;

/** The same, found by password. */
export const challengeKeyOf = (
  connectorId: string,
  password: string,
  keys: ConnectorKeys,
): string => challengeKey(connectorId, challengeIdOf(password, keys));

/** The public name of a challenge, from what it is kept under. */
export const challengeIdIn = (key: string): string => key.slice(key.lastIndexOf('#') + 1);

/** The password as it is kept. */
export const sealPassword = (
  id: string,
  password: string,
  keys: ConnectorKeys,
  random: Random,
): Uint8Array => seal(keys.passwords, id, Buffer.from(password, 'utf8'), random);

/** The password again; throws for a record that was moved to another id or not sealed by this connector. */
export const openPassword = (id: string, sealed: Uint8Array, keys: ConnectorKeys): string =>
  Buffer.from(unseal(keys.passwords, id, sealed)).toString('utf8');

const refusals: Readonly<Record<Exclude<Claim, 'claimed' | 'released'>, RefusalCode>> = {
  unknown: 'ChallengeUnknown',
  expired: 'ChallengeExpired',
  revoked: 'ChallengeRevoked',
  used: 'ChallengeUsed',
};

/** What claiming needs. */
export interface ClaimContext {
  readonly keys: ConnectorKeys;
  readonly challenges: Challenges;
  readonly nowSeconds: number;
}

/** Who claims a challenge, and which names for. */
export interface Claimant {
  /** One generation of one enrolment (`generationName`). */
  readonly holder: string;
  readonly names: Names;
}

/**
 * Takes the enrolment's one challenge for this holder and returns its id; throws `Refusal`. None, two, an empty one and
 * one of control characters are missing: an empty configuration must never equal an empty password. What the challenge
 * is not meant for is refused before anything is taken.
 */
export async function claimChallenge(
  { connectorId, challengePasswords }: Enrolment,
  { holder, names }: Claimant,
  { keys, challenges, nowSeconds }: ClaimContext,
): Promise<string> {
  const [password, ...more] = challengePasswords;
  if (password === undefined || more.length > 0 || !/^[\x20-\x7e]{1,256}$/.test(password))
    throw new Refusal('ChallengeMissing');
  const id = challengeKeyOf(connectorId, password, keys);
  const challenge = await challenges.find(id);
  if (challenge === undefined) throw new Refusal('ChallengeUnknown');
  checkConstraints(names, challenge.constraints ?? {});
  // Nobody counts the uses of one without limit: what was read decides, and no second call is made.
  const isCounted = challenge.usesLeft !== undefined;
  const claim = isCounted
    ? await challenges.claim(id, holder, nowSeconds)
    : standing(challenge, nowSeconds);
  // This generation is over already: the device's next try begins another.
  if (claim === 'released') throw new Error('ClaimReleased');
  if (claim !== 'claimed') throw new Refusal(refusals[claim]);
  return id;
}

const standing = (
  { revokedAtSeconds, expiresAtSeconds }: ChallengeRecord,
  nowSeconds: number,
): 'claimed' | 'revoked' | 'expired' => {
  if (revokedAtSeconds !== undefined) return 'revoked';
  return expiresAtSeconds !== undefined && expiresAtSeconds <= nowSeconds ? 'expired' : 'claimed';
};
