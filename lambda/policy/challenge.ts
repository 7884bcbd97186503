/** Challenge passwords: how one is made, found and checked. */

import { toUuid } from '../core/arns.ts';
import { Refusal, type RefusalCode } from '../core/errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import type { ChallengeRecord } from '../ports/challenges.ts';
import type { ChallengeState } from '../ports/enrolments.ts';
import type { Random } from '../ports/system.ts';
import {
  type AdminKeys,
  computeKeyedDigest,
  type LookupKey,
  seal,
  unseal,
} from './connector-key.ts';
import { checkConstraints, type Names } from './constraints.ts';

/** How a password is written. */
export type PasswordForm = keyof typeof alphabets;

/**
 * Windows writes the challenge as a PrintableString and refuses others (`_` was
 * CRYPT_E_INVALID_PRINTABLE_STRING). Each length divides 256, so no character is more likely.
 */
const alphabets = {
  base32: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  /** NDES's: readers of its page look for hexadecimal digits (decisions/011-mscep-admin.md). */
  hexadecimal: '0123456789ABCDEF',
} as const;

/**
 * 32 characters of 5 bits, or of 4: 160 or 128 bits. RFC 8894 section 7.3 wants a high-entropy
 * secret, not a password.
 */
const passwordLength = 32;

/** A new password. */
export const makePassword = (random: Random, form: PasswordForm = 'base32'): string => {
  const alphabet = alphabets[form];
  return [...random(passwordLength)].map((octet) => alphabet[octet % alphabet.length]).join('');
};

/**
 * The public name of a challenge in ARNs, events and lists: half of the keyed digest of its
 * password. It reveals nothing about the password without the connector's key, and 128 bits make
 * collisions negligible.
 */
const challengeIdOf = (password: string, keys: LookupKey): string =>
  toUuid(computeKeyedDigest(keys.lookup, password));

/**
 * The key of a challenge, found by ARN with one read. It begins with the connector's id, to which
 * roles are bound.
 */
export const formatChallengeKey = (connectorId: string, challengeId: string): string =>
  `${connectorId}#${challengeId}`;

/** The same key, from the password. */
export const deriveChallengeKey = (
  connectorId: string,
  password: string,
  keys: LookupKey,
): string => formatChallengeKey(connectorId, challengeIdOf(password, keys));

/** The public name of a challenge, from its key. */
export const readChallengeId = (key: string): string => key.slice(key.lastIndexOf('#') + 1);

/** The password, sealed. */
export const sealPassword = (
  id: string,
  password: string,
  keys: Pick<AdminKeys, 'passwords'>,
  random: Random,
): Uint8Array => seal(keys.passwords, id, Buffer.from(password, 'utf8'), random);

/**
 * Opens a sealed password; throws for a record that was moved to another id or not sealed by this
 * connector.
 */
export const openPassword = (
  id: string,
  sealed: Uint8Array,
  keys: Pick<AdminKeys, 'passwords'>,
): string => Buffer.from(unseal(keys.passwords, id, sealed)).toString('utf8');

/**
 * The enrolment's one challenge; undefined if there are none or several, or if it is empty or has
 * control characters. So an empty password never matches an empty configuration.
 */
export function readChallengePassword({
  challengePasswords,
}: Pick<Enrolment, 'challengePasswords'>): string | undefined {
  const [password, ...more] = challengePasswords;
  const isUsable = more.length === 0 && /^[\x20-\x7e]{1,256}$/.test(password ?? '');
  return isUsable ? password : undefined;
}

/** The refusal for each state in which a challenge is not taken. */
export const challengeRefusals: Readonly<Record<ChallengeState, RefusalCode>> = {
  unknown: 'ChallengeUnknown',
  expired: 'ChallengeExpired',
  revoked: 'ChallengeRevoked',
  used: 'ChallengeUsed',
};

/**
 * Checks a challenge as it was read, against the requested names. Throws `Refusal`. The read was
 * not a snapshot: taking a use checks the challenge again. A refusal stands only if no copy of the
 * request was granted meanwhile (scep/enrol.ts).
 */
export function checkChallenge(
  challenge: ChallengeRecord | undefined,
  names: Names,
  nowSeconds: number,
): ChallengeRecord {
  if (challenge === undefined) throw new Refusal('ChallengeUnknown');
  checkConstraints(names, challenge.constraints ?? {});
  const state = getChallengeState(challenge, nowSeconds);
  if (state !== undefined) throw new Refusal(challengeRefusals[state]);
  return challenge;
}

/** Why a challenge is not taken at this time; undefined if it is. */
export function getChallengeState(
  {
    revokedAtSeconds,
    expiresAtSeconds,
    usesLeft,
  }: Pick<ChallengeRecord, 'revokedAtSeconds' | 'expiresAtSeconds' | 'usesLeft'>,
  nowSeconds: number,
): Exclude<ChallengeState, 'unknown'> | undefined {
  if (revokedAtSeconds !== undefined) return 'revoked';
  if (expiresAtSeconds !== undefined && expiresAtSeconds <= nowSeconds) return 'expired';
  return usesLeft !== undefined && usesLeft <= 0 ? 'used' : undefined;
}
