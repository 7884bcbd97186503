/**
 * The meaning of Intune's refusals, for an operator. Microsoft documents none of the codes. The
 * meanings come from their names, Microsoft's library and its issues, and the experience of other
 * implementations.
 */

/**
 * The part that an operator checks: the device's challenge, the profile in Intune, the tenant's
 * set-up, or the keys.
 */
export type IntuneConcern = 'challenge' | 'profile' | 'tenant' | 'key' | 'unknown';

/** The meaning of one code, and advice. */
export interface IntuneMeaning {
  readonly concern: IntuneConcern;
  readonly meaning: string;
  readonly advice: string;
}

const row =
  (concern: IntuneConcern, advice: string) =>
  (meaning: string): IntuneMeaning => ({ concern, meaning, advice });

const damaged = row(
  'challenge',
  'Sync the device. If it repeats, check for a proxy that changes requests on their way to the connector.',
);
const late = row(
  'challenge',
  'A challenge is valid for about an hour. Sync the device to get a new one.',
);
const differs = row(
  'profile',
  'Compare the SCEP profile in Intune with what the device sent; sync the device after a change.',
);
const keys = row(
  'key',
  'Windows Hello for Business: register the device’s key with Entra ID again.',
);
const foreign = row(
  'tenant',
  'Check that the app registration and the SCEP profile are in one tenant, and that the device is enrolled there.',
);

const meanings: Readonly<Record<string, IntuneMeaning>> = {
  CertificateRequestDecodingFailed: damaged('Intune could not read the request.'),
  ChallengePasswordMissing: row(
    'challenge',
    'Use this URL in an Intune SCEP profile only; other devices need a general-purpose connector.',
  )('The request contains no challenge.'),
  ChallengeDecodingError: damaged('The challenge is not the text that Intune made.'),
  ChallengeDecryptionError: damaged('Intune could not decrypt the challenge.'),
  ChallengeDeserializationError: damaged('Intune could not read the content of the challenge.'),
  SignatureValidationFailed: damaged('The challenge is not signed by Intune.'),
  SigningCertThumbprintMismatch: damaged(
    'The challenge is signed by a certificate that Intune does not expect.',
  ),
  ChallengeInvalidTimestamp: late('Intune does not accept the challenge’s time.'),
  ChallengeExpired: late('The challenge has expired.'),
  SubjectNameMissing: differs('The profile requires a subject, and the request has no subject.'),
  SubjectNameMismatch: differs(
    'The subject differs from the profile. Known cause: an escaped + , ; or = in a common name.',
  ),
  SubjectAltNameMissing: differs(
    'The profile requires alternative names, and the request has no alternative name.',
  ),
  SubjectAltNameMismatch: differs('The alternative names differ from the profile.'),
  KeyUsageMismatch: differs('The key usage differs from the profile.'),
  KeyLengthMismatch: differs('The key length differs from the profile.'),
  EnhancedKeyUsageMissing: differs(
    'The profile requires extended key usages, and the request has no extended key usage.',
  ),
  EnhancedKeyUsageMismatch: differs('The extended key usages differ from the profile.'),
  ScepProfileNoLongerTargetedToTheClient: row(
    'profile',
    'Assign the profile to the device or user again, or ignore this: the assignment was removed.',
  )('The SCEP profile is no longer assigned to this device or user.'),
  AadKeyIdentifierListMissing: keys('The challenge names no keys of the user.'),
  RegisteredKeyMismatch: keys('The user has not registered this key.'),
  BadCertificateRequestIdInChallenge: foreign('The challenge belongs to another request.'),
  BadDeviceIdInChallenge: foreign('The challenge belongs to another device, or to a deleted one.'),
  BadUserIdInChallenge: foreign('The challenge belongs to another user, or to a deleted one.'),
  // Not in Microsoft's library; seen in its issue 129.
  BadTenantIdInChallenge: foreign(
    'The challenge and the app registration belong to different tenants.',
  ),
  Unknown: row(
    'unknown',
    'Search Intune’s own log for the transactionID.',
  )('Intune gave no reason.'),
};

/** The known codes, without "Success". */
export const knownIntuneCodes: readonly string[] = Object.keys(meanings);

/**
 * The meaning of a code. An unknown code is a refusal too, and is described as unknown.
 */
export const interpretCode = (code: string): IntuneMeaning =>
  (Object.hasOwn(meanings, code) ? meanings[code] : undefined) ?? {
    concern: 'unknown',
    meaning: `Intune refused with ${/^[A-Za-z]{1,64}$/.test(code) ? code : 'an unreadable code'}, which is not in Microsoft’s published list.`,
    advice:
      'Search Microsoft’s documentation for the code, and report it to the maintainers of this connector.',
  };
