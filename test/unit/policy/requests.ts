/** What a policy module is given, without a message around it. */
import { type KeyObject, randomBytes } from 'node:crypto';
import type { Enrolment } from '../../../lambda/message/enrolment.ts';
import type { RequestedExtension } from '../../../lambda/message/extensions.ts';
import type { AlternativeName, NameAttribute } from '../../../lambda/message/names.ts';
import { deriveAdminKeys, deriveIssuanceKeys } from '../../../lambda/policy/connector-key.ts';
import { rsaKey, type TestKey } from '../../support/kit/keys.ts';

/** The secrets of a connector, as Secrets Manager would have made them. */
export const secrets = {
  lookup: 'a lookup secret of enough characters',
  issuance: 'an issuance secret of enough characters',
  admin: 'an admin secret of enough characters',
};

/** The keys that connector `test` issues with. */
export const keys = deriveIssuanceKeys('test', secrets);

/** The keys that connector `test` is administered with. */
export const adminKeys = deriveAdminKeys('test', secrets);

/** Real random octets. */
export const random = (octets: number): Uint8Array => new Uint8Array(randomBytes(octets));

interface Asked {
  readonly key?: TestKey;
  readonly signerKey?: TestKey;
  readonly publicKey?: KeyObject;
  readonly enrolmentId?: string;
  readonly subject?: readonly NameAttribute[];
  readonly alternativeNames?: readonly AlternativeName[];
  readonly extensions?: readonly RequestedExtension[];
  readonly challengePasswords?: readonly string[];
}

/**
 * An enrolment as `readEnrolment` would make it: only there can one be made, so the type has to be
 * told.
 */
export function enrolment(asked: Asked = {}): Enrolment {
  const key = asked.key ?? rsaKey();
  return {
    connectorId: 'test',
    enrolmentId: asked.enrolmentId ?? 'f'.repeat(64),
    transactionId: 'TRANSACTION',
    transactionKey: 'e'.repeat(64),
    signerPublicKeyInfo: (asked.signerKey ?? key).spki,
    request: Uint8Array.of(0x30, 0),
    subjectPublicKeyInfo: key.spki,
    publicKey: asked.publicKey ?? key.publicKey,
    subject: asked.subject ?? [{ oid: '2.5.4.3', text: 'device', rdn: 0 }],
    alternativeNames: asked.alternativeNames ?? [],
    extensions: asked.extensions ?? [],
    challengePasswords: asked.challengePasswords ?? ['PASSWORD'],
  } as unknown as Enrolment;
}

/** The code a refusal was thrown with, or undefined. */
export function codeOf(decide: () => unknown): string | undefined {
  try {
    decide();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

/** What was granted; nothing where it was refused. */
export function orNothing<Granted>(grant: () => readonly Granted[]): readonly Granted[] {
  try {
    return grant();
  } catch {
    return [];
  }
}
