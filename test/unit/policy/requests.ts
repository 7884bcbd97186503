/** The inputs of policy modules, without a message around them. */
import { type KeyObject, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Enrolment } from '../../../lambda/message/enrolment.ts';
import type { RequestedExtension } from '../../../lambda/message/extensions.ts';
import type { AlternativeName, NameAttribute } from '../../../lambda/message/names.ts';
import { deriveAdminKeys, deriveIssuanceKeys } from '../../../lambda/policy/connector-key.ts';
import type { DecisionContext, Grant } from '../../../lambda/policy/grant.ts';
import { defaultProfile, type Profile } from '../../../lambda/policy/profile.ts';
import type { ChallengeRecord } from '../../../lambda/ports/challenges.ts';
import { rsaKey, type TestKey } from '../../support/kit/keys.ts';

/** The secrets of a connector. */
export const secrets = {
  lookup: 'a lookup secret of enough characters',
  issuance: 'an issuance secret of enough characters',
  admin: 'an admin secret of enough characters',
};

/** The issuance keys of the connector `test`. */
export const keys = deriveIssuanceKeys('test', secrets);

/** The admin keys of the connector `test`. */
export const adminKeys = deriveAdminKeys('test', secrets);

/** Random octets that are not repeatable. */
export const random = (octets: number): Uint8Array => new Uint8Array(randomBytes(octets));

interface Requested {
  readonly key?: TestKey;
  readonly signerKey?: TestKey;
  readonly publicKey?: KeyObject;
  readonly enrolmentId?: string;
  readonly subject?: readonly NameAttribute[];
  readonly alternativeNames?: readonly AlternativeName[];
  readonly extensions?: readonly RequestedExtension[];
  readonly challengePasswords?: readonly string[];
}

/** An enrolment as `readEnrolment` makes it. The cast is needed because only that function may. */
export function enrolment(requested: Requested = {}): Enrolment {
  const key = requested.key ?? rsaKey();
  return {
    connectorId: 'test',
    enrolmentId: requested.enrolmentId ?? 'f'.repeat(64),
    transactionId: 'TRANSACTION',
    transactionKey: 'e'.repeat(64),
    signerPublicKeyInfo: (requested.signerKey ?? key).spki,
    request: Uint8Array.of(0x30, 0),
    subjectPublicKeyInfo: key.spki,
    publicKey: requested.publicKey ?? key.publicKey,
    subject: requested.subject ?? [{ oid: '2.5.4.3', text: 'device', rdn: 0 }],
    alternativeNames: requested.alternativeNames ?? [],
    extensions: requested.extensions ?? [],
    challengePasswords: requested.challengePasswords ?? ['PASSWORD'],
  } as unknown as Enrolment;
}

/** The code of the thrown refusal; undefined if nothing is thrown. */
export function codeOf(decide: () => unknown): string | undefined {
  try {
    decide();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

/** The granted names; an empty list for a refusal. */
export function orNothing<Granted>(grant: () => readonly Granted[]): readonly Granted[] {
  try {
    return grant();
  } catch {
    return [];
  }
}

/** A context in which every challenge is valid. It counts reads of the challenge. */
export function context(profile: Partial<Profile> = {}, terms: Partial<ChallengeRecord> = {}) {
  let challengeReads = 0;
  const record = {
    id: 'test#c1',
    connectorId: 'test',
    challengeId: 'c1',
    sealedPassword: new Uint8Array(),
    createdAtSeconds: 0,
    ...terms,
  };
  const challenge = {
    key: record.id,
    get record() {
      challengeReads += 1;
      return record;
    },
  };
  const decision: DecisionContext = {
    profile: { ...defaultProfile, ...profile },
    quirks: { allowSignerKeyMismatch: false },
    challenge,
    nowSeconds: 0,
    authorityNotAfterSeconds: 1e10,
  };
  return { decision, challengeReads: () => challengeReads };
}

/** The key of the challenge that authorised a Grant. */
export const challengeKeyIn = ({ authority }: Grant): string =>
  authority.kind === 'challenge' ? authority.challengeKey : 'none';

/** Matches an error with this code. */
export const withCode = (code: string) => expect.objectContaining({ code });
