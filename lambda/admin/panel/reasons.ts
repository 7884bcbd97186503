/**
 * Why a device got no certificate, in an admin's words, and what to do: every code has a row, or
 * this does not compile.
 */
import type { RefusalCode } from '../../core/errors.ts';
import { interpretCode } from '../../intune/codes.ts';

interface Reason {
  readonly why: string;
  readonly next: string;
}

/** A refusal by Intune has Intune's own code, and that set is open. */
const intune = 'Intune:';

/** A row for each refusal of ours that a device can receive (errors.ts). */
const reasons: Readonly<Record<Exclude<RefusalCode, `${typeof intune}${string}`>, Reason>> = {
  UnsupportedAlgorithm: {
    why: 'The device uses an algorithm that is off',
    next: 'Update it. Only SHA-1 and Triple DES can be switched on, as quirks of the connector.',
  },
  SignedAttributesInvalid: {
    why: 'The message was changed on its way',
    next: 'Look for a proxy that rewrites requests.',
  },
  SignatureInvalid: {
    why: 'The signature of the message is wrong',
    next: 'Look for a proxy that rewrites requests; then try the device again.',
  },
  UnsupportedMessageType: {
    why: 'The device asked for an operation that is not offered',
    next: 'Set its MDM profile to a plain enrolment (PKCSReq).',
  },
  RecipientUnknown: {
    why: 'The request is encrypted to another certificate than the RA certificate',
    next: 'Let the device fetch GetCACert again, and encrypt to the RA certificate, not to the CA’s.',
  },
  EnvelopeRefused: {
    why: 'The request could not be opened',
    next: 'The device may hold an old RA certificate: let it fetch the profile again.',
  },
  SignerKeyMismatch: {
    why: 'The request is signed by another key than it asks a certificate for',
    next: 'If this kind of device cannot do better, the platform team can set allowSignerKeyMismatch.',
  },
  KeyRefused: {
    why: 'The key of the device is not accepted',
    next: 'Set RSA with 2048 to 8192 bits in the MDM profile; the exponent must be 65537 or more.',
  },
  SubjectRefused: {
    why: 'The subject is not one that is allowed',
    next: 'Compare it with the connector’s profile and the challenge’s limits.',
  },
  AlternativeNameRefused: {
    why: 'An alternative name is not one that is allowed',
    next: 'Compare the SAN of the MDM profile with the connector’s and the challenge’s limits.',
  },
  ExtensionRefused: {
    why: 'The request asks for a CA certificate, or has a critical extension that is not known',
    next: 'Take certificate signing, CRL signing and such extensions out of the MDM profile.',
  },
  AttributeRefused: {
    why: 'The request holds an attribute that is not allowed',
    next: 'Take it out of the MDM profile.',
  },
  ChallengeMissing: {
    why: 'No challenge password came with the request',
    next: 'Enter one as Challenge in the MDM profile, without a line break after it.',
  },
  ChallengeUnknown: {
    why: 'Wrong challenge password',
    next: 'Compare it with Show password here; it may be one of another connector.',
  },
  ChallengeExpired: {
    why: 'The challenge has expired',
    next: 'Create a new one, and put its password into the MDM profile.',
  },
  ChallengeRevoked: {
    why: 'The challenge was revoked',
    next: 'Create a new one, if the device should still enrol.',
  },
  ChallengeUsed: {
    why: 'The challenge has no uses left',
    next: 'Create a new one, for as many devices as are left.',
  },
  ChallengeConstraint: {
    why: 'The challenge is not for such a device',
    next: 'Compare its names with what the challenge is limited to.',
  },
  NoSuchTransaction: {
    why: 'The device asked after a request that is not known',
    next: 'Start its enrolment anew.',
  },
  CertificateRefused: {
    why: 'The certificate authority refused',
    next: 'Tell the platform team: the CA may be disabled or expired (runbook).',
  },
  CertificateLost: {
    why: 'The CA’s answer was lost, and no record of a certificate appeared within two hours',
    next: 'Enrol the device again with a new challenge. A certificate that still turns up is revoked.',
  },
  CertificateRevoked: {
    why: 'The certificate was revoked before the device received it',
    next: 'Enrol the device again.',
  },
  GrantExpired: {
    why: 'The CA issued nothing for this request within 30 days',
    next: 'Check the certificate authority (runbook), then enrol the device again.',
  },
  IntuneUnreachable: {
    why: 'Intune did not accept the notification for a day, so the certificate was revoked',
    next: 'Check the connector’s access to Intune, then sync the device.',
  },
  CertificateMismatch: {
    why: 'The CA made another certificate than was granted; it was revoked',
    next: 'Tell the platform team at once: look at the CA before anything else.',
  },
};

const isOurs = (code: string): code is keyof typeof reasons => Object.hasOwn(reasons, code);

/** What a quirk switches on (message/quirks.ts), by the name in message/algorithm-names.ts. */
const quirkOf: Readonly<Record<string, string>> = { 'SHA-1': 'sha1', 'Triple DES': 'tripleDes' };

/**
 * The words for a code and for what was refused, each `why` without its full stop; undefined for a
 * code that an older or newer version of this wrote.
 */
export function explainReason(code: string, refused?: string): Reason | undefined {
  if (isOurs(code)) return refused === undefined ? reasons[code] : named(reasons[code], refused);
  if (!code.startsWith(intune)) return undefined;
  const { meaning, advice } = interpretCode(code.slice(intune.length));
  return { why: `Intune: ${meaning.replace(/\.$/, '')}`, next: advice };
}

function named({ why, next }: Reason, refused: string): Reason {
  const quirk = Object.hasOwn(quirkOf, refused) ? quirkOf[refused] : undefined;
  return {
    why: `${why}: ${refused}`,
    next: quirk
      ? `Update it, or let the platform team set the quirk ${quirk} of the connector.`
      : next,
  };
}
