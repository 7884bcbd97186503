/**
 * The meaning of Intune's refusals, for an operator. Microsoft documents none of the codes: the
 * meanings are read from their names and from what other implementations saw (facts from
 * Microsoft's library and its issues).
 */

/**
 * The part to check: the device's challenge, the profile in Intune, the tenant's set-up, the keys,
 * or unknown.
 */
export type IntuneConcern = 'challenge' | 'profile' | 'tenant' | 'key' | 'unknown';

/** One code, in words. */
export interface IntuneMeaning {
  readonly concern: IntuneConcern;
  readonly says: string;
  readonly advice: string;
}

const row =
  (concern: IntuneConcern, advice: string) =>
  (says: string): IntuneMeaning => ({ concern, says, advice });

const damaged = row(
  'challenge',
  'Let the device sync; if it repeats, look at what lies between device and connector.',
);
const late = row(
  'challenge',
  'A challenge is good for about an hour. Let the device sync: it gets a new one.',
);
const differs = row(
  'profile',
  'Compare the SCEP profile in Intune with what the device sent; sync the device after a change.',
);
const keys = row(
  'key',
  'Windows Hello for Business: let the device register its key with Entra ID again.',
);
const foreign = row(
  'tenant',
  'Check that app registration and SCEP profile are of one tenant, and that the device is enrolled there.',
);

const meanings: Readonly<Record<string, IntuneMeaning>> = {
  CertificateRequestDecodingFailed: damaged('Intune could not read the request.'),
  ChallengePasswordMissing: row(
    'challenge',
    'Use this URL in an Intune SCEP profile only; other devices need a general-purpose connector.',
  )('The request holds no challenge.'),
  ChallengeDecodingError: damaged('The challenge is not the text that Intune made.'),
  ChallengeDecryptionError: damaged('Intune could not decrypt the challenge.'),
  ChallengeDeserializationError: damaged('Intune could not read what is in the challenge.'),
  SignatureValidationFailed: damaged('The challenge is not signed by Intune.'),
  SigningCertThumbprintMismatch: damaged(
    'The challenge is signed by another certificate than Intune expects.',
  ),
  ChallengeInvalidTimestamp: late('The challenge’s time is not one that Intune accepts.'),
  ChallengeExpired: late('The challenge has expired.'),
  SubjectNameMissing: differs('The profile asks for a subject, and the request has none.'),
  SubjectNameMismatch: differs(
    'The subject is not the profile’s. Known cause: an escaped + , ; or = in a common name.',
  ),
  SubjectAltNameMissing: differs(
    'The profile asks for alternative names, and the request has none.',
  ),
  SubjectAltNameMismatch: differs('The alternative names are not the profile’s.'),
  KeyUsageMismatch: differs('The key usage is not the profile’s.'),
  KeyLengthMismatch: differs('The key is not as long as the profile says.'),
  EnhancedKeyUsageMissing: differs(
    'The profile asks for extended key usages, and the request has none.',
  ),
  EnhancedKeyUsageMismatch: differs('The extended key usages are not the profile’s.'),
  ScepProfileNoLongerTargetedToTheClient: row(
    'profile',
    'Assign the profile to the device or user again, or ignore it: the assignment was taken away.',
  )('The SCEP profile is no longer assigned to this device or user.'),
  AadKeyIdentifierListMissing: keys('The challenge names no keys of the user.'),
  RegisteredKeyMismatch: keys('The key is none of those the user has registered.'),
  BadCertificateRequestIdInChallenge: foreign('The challenge is of another request.'),
  BadDeviceIdInChallenge: foreign('The challenge is of another device, or of one that is gone.'),
  BadUserIdInChallenge: foreign('The challenge is of another user, or of one that is gone.'),
  // Not in Microsoft's library; seen in its issue 129.
  BadTenantIdInChallenge: foreign('The challenge is of another tenant than the app registration.'),
  Unknown: row(
    'unknown',
    'Look into Intune’s own log with the transactionID.',
  )('Intune gave no reason.'),
};

/** The codes that are known, "Success" not among them. */
export const knownIntuneCodes: readonly string[] = Object.keys(meanings);

/** A code in words; one that is not known is said to be that, and is a refusal all the same. */
export const meaningOf = (code: string): IntuneMeaning =>
  (Object.hasOwn(meanings, code) ? meanings[code] : undefined) ?? {
    concern: 'unknown',
    says: `Intune refused with ${/^[A-Za-z]{1,64}$/.test(code) ? code : 'a code that is no word'}, which is not in Microsoft’s published list.`,
    advice:
      'Search Microsoft’s documentation for the code, and tell the maintainers of this connector.',
  };
