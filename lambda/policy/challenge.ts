/** Makes, seals, finds and checks challenge passwords. */

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

/** The alphabet of a password. */
export type PasswordForm = keyof typeof alphabets;

/**
 * Windows writes the challenge as a PrintableString, so every character must be one of that type:
 * `_` failed with CRYPT_E_INVALID_PRINTABLE_STRING. Each length divides 256, so all characters are
 * equally likely.
 */
const alphabets = {
  base32: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  /** The form of NDES. Readers of its page expect it (docs/decisions/011-mscep-admin.md). */
  hexadecimal: '0123456789ABCDEF',
} as const;

/**
 * 32 characters of 5 or 4 bits make 160 or 128 bits. RFC 8894 section 7.3 recommends a high-entropy
 * secret.
 */
const passwordLength = 32;

/** A new random password of 32 characters. */
export const makePassword = (random: Random, form: PasswordForm = 'base32'): string => {
  const alphabet = alphabets[form];
  return [...random(passwordLength)].map((octet) => alphabet[octet % alphabet.length]).join('');
};

/**
 * The public id of a challenge in ARNs, events and lists: half of the keyed digest of its password.
 * It reveals nothing about the password without the connector's key, and 128 bits make collisions
 * negligible.
 */
const deriveChallengeId = (password: string, keys: LookupKey): string =>
  toUuid(computeKeyedDigest(keys.lookup, password));

/**
 * The key of a challenge's item, from the ids in its ARN. It begins with the connector's id,
 * because IAM limits each role to the keys of its connector.
 */
export const formatChallengeKey = (connectorId: string, challengeId: string): string =>
  `${connectorId}#${challengeId}`;

/** The key of a challenge's item, from its password. */
export const deriveChallengeKey = (
  connectorId: string,
  password: string,
  keys: LookupKey,
): string => formatChallengeKey(connectorId, deriveChallengeId(password, keys));

/** The public id of a challenge, from the key of its item. */
export const readChallengeId = (key: string): string => key.slice(key.lastIndexOf('#') + 1);

/** Seals a password, bound to the key of its item. */
export const sealPassword = (
  id: string,
  password: string,
  keys: Pick<AdminKeys, 'passwords'>,
  random: Random,
): Uint8Array => seal(keys.passwords, id, Buffer.from(password, 'utf8'), random);

/** Opens a sealed password. Throws `NotSealed` unless this connector sealed it for this item. */
export const openPassword = (
  id: string,
  sealed: Uint8Array,
  keys: Pick<AdminKeys, 'passwords'>,
): string => Buffer.from(unseal(keys.passwords, id, sealed)).toString('utf8');

/**
 * The challenge of an enrolment; undefined unless there is exactly one, of 1 to 256 printable ASCII
 * characters. So an empty password never matches an empty configuration.
 */
export function readChallengePassword({
  challengePasswords,
}: Pick<Enrolment, 'challengePasswords'>): string | undefined {
  const [password, ...more] = challengePasswords;
  const isUsable = more.length === 0 && /^[\x20-\x7e]{1,256}$/.test(password ?? '');
  return isUsable ? password : undefined;
}

/** The refusal for each state in which a challenge is not accepted. */
export const challengeRefusals: Readonly<Record<ChallengeState, RefusalCode>> = {
  unknown: 'ChallengeUnknown',
  expired: 'ChallengeExpired',
  revoked: 'ChallengeRevoked',
  used: 'ChallengeUsed',
};

/**
 * Checks the record of a challenge, and its limits against the requested names. Throws `Refusal`.
 * The read of the record is not a snapshot, so the write that takes a use checks it again. A
 * refusal is final only if no copy of the request was granted meanwhile (scep/enrol.ts).
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

/** The state in which a challenge is not accepted at this time; undefined if it is accepted. */
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
