/**
 * Explains to an admin why a device received no certificate, and what to do next. A code without a
 * row does not compile.
 */
import type { RefusalCode } from '../../core/errors.ts';
import { interpretCode } from '../../intune/codes.ts';

interface Reason {
  /** A sentence without its full stop. */
  readonly why: string;
  /** The next step for the admin. */
  readonly next: string;
}

/** Precedes Intune's own code in a refusal by Intune. Microsoft can add codes. */
const intune = 'Intune:';

/** A row for each of our own refusals that a device can receive (core/errors.ts). */
const reasons: Readonly<Record<Exclude<RefusalCode, `${typeof intune}${string}`>, Reason>> = {
  UnsupportedAlgorithm: {
    why: 'The device uses a disabled algorithm',
    next: 'Update the device. The platform team can enable only SHA-1 and Triple DES, as quirks of the connector.',
  },
  SignedAttributesInvalid: {
    why: 'The message was changed in transit',
    next: 'Check for a proxy that rewrites requests.',
  },
  SignatureInvalid: {
    why: 'The signature of the message is invalid',
    next: 'Check for a proxy that rewrites requests, then try the device again.',
  },
  UnsupportedMessageType: {
    why: 'The device requested an unsupported operation',
    next: 'Set its MDM profile to a plain enrolment (PKCSReq).',
  },
  RecipientUnknown: {
    why: 'The request is encrypted for another certificate than the RA certificate',
    next: 'Let the device fetch GetCACert again. It must encrypt for the RA certificate, not for the CA certificate.',
  },
  EnvelopeRefused: {
    why: 'The request could not be decrypted',
    next: 'The device may have an old RA certificate. Let it fetch its profile again.',
  },
  SignerKeyMismatch: {
    why: 'The key that signed the request differs from the key in the CSR',
    next: 'If this kind of device cannot sign with the same key, the platform team can set allowSignerKeyMismatch.',
  },
  KeyRefused: {
    why: 'The key of the device is not accepted',
    next: 'In the MDM profile, set an RSA key of 2048 to 8192 bits. Its exponent must be at least 65537.',
  },
  SubjectRefused: {
    why: 'The subject is not allowed',
    next: 'Compare it with the connector’s profile and the challenge’s limits.',
  },
  AlternativeNameRefused: {
    why: 'An alternative name is not allowed',
    next: 'Compare the SAN in the MDM profile with the connector’s profile and the challenge’s limits.',
  },
  ExtensionRefused: {
    why: 'The request is for a CA certificate, or has an unknown critical extension',
    next: 'Remove certificate signing, CRL signing and other critical extensions from the MDM profile.',
  },
  AttributeRefused: {
    why: 'The request contains an attribute that is not allowed',
    next: 'Remove it from the MDM profile.',
  },
  ChallengeMissing: {
    why: 'The request contains no challenge password',
    next: 'Enter one as Challenge in the MDM profile, without a line break at its end.',
  },
  ChallengeUnknown: {
    why: 'The challenge password is wrong',
    next: 'Compare it with Show password here. It may belong to another connector.',
  },
  ChallengeExpired: {
    why: 'The challenge has expired',
    next: 'Create a new one and enter its password in the MDM profile.',
  },
  ChallengeRevoked: {
    why: 'The challenge was revoked',
    next: 'If the device should still enrol, create a new challenge.',
  },
  ChallengeUsed: {
    why: 'The challenge has no uses left',
    next: 'Create a new one for the remaining devices.',
  },
  ChallengeConstraint: {
    why: 'The challenge does not allow this device’s names',
    next: 'Compare the names in the request with the challenge’s limits.',
  },
  NoSuchTransaction: {
    why: 'The device polled for an unknown request',
    next: 'Start the enrolment again on the device.',
  },
  CertificateRefused: {
    why: 'The certificate authority refused the request',
    next: 'Tell the platform team. The CA may be disabled or expired (docs/runbook.md).',
  },
  CertificateLost: {
    why: 'The CA’s answer was lost, and no record of a certificate appeared within two hours',
    next: 'Enrol the device again with a new challenge. If the certificate still appears, the connector revokes it.',
  },
  CertificateRevoked: {
    why: 'The certificate was revoked before the device received it',
    next: 'Enrol the device again.',
  },
  GrantExpired: {
    why: 'The CA issued no certificate for this request within 30 days',
    next: 'Check the certificate authority (docs/runbook.md), then enrol the device again.',
  },
  IntuneUnreachable: {
    why: 'Intune did not accept the notification for a day, so the certificate was revoked',
    next: 'Check the connector’s access to Intune, then sync the device.',
  },
  CertificateMismatch: {
    why: 'The CA’s certificate differs from the approved request, so the connector revoked it',
    next: 'Tell the platform team at once. They must check the CA before anything else.',
  },
};

const isOurs = (code: string): code is keyof typeof reasons => Object.hasOwn(reasons, code);

/** The quirk (message/quirks.ts) that enables an algorithm, by its name in algorithm-names.ts. */
const quirkOf: Readonly<Record<string, string>> = { 'SHA-1': 'sha1', 'Triple DES': 'tripleDes' };

/**
 * Explains a code and names the refused algorithm, messageType or key. Returns undefined for a code
 * that only another version of the connector knows.
 */
export function explainReason(code: string, refused?: string): Reason | undefined {
  if (isOurs(code))
    return refused === undefined ? reasons[code] : addRefused(reasons[code], refused);
  if (!code.startsWith(intune)) return undefined;
  const { meaning, advice } = interpretCode(code.slice(intune.length));
  return { why: `Intune: ${meaning.replace(/\.$/, '')}`, next: advice };
}

function addRefused({ why, next }: Reason, refused: string): Reason {
  const quirk = Object.hasOwn(quirkOf, refused) ? quirkOf[refused] : undefined;
  return {
    why: `${why}: ${refused}`,
    next: quirk
      ? `Update the device, or let the platform team set the quirk ${quirk} of the connector.`
      : next,
  };
}
