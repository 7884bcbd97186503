/**
 * The sentence in a FAILURE for the person at the device (id-scep-failInfoText, RFC 8894 section
 * 3.2.1.4). It depends on the code alone, so it reveals nothing more than the code to a stranger.
 */
import { isOurRefusal, type OwnRefusalCode, type RefusalCode } from './errors.ts';

const sentences: Readonly<Record<OwnRefusalCode, string>> = {
  UnsupportedAlgorithm: 'The request uses an algorithm that this server does not accept.',
  SignedAttributesInvalid: 'The message was changed on its way to the server.',
  SignatureInvalid: 'The signature of the message is wrong.',
  UnsupportedMessageType: 'This server accepts PKCSReq and CertPoll only.',
  RecipientUnknown:
    'Encrypt the request to the RA certificate that GetCACert returns, not to the CA certificate.',
  EnvelopeRefused: 'The request could not be read; is the RA certificate current?',
  SignerKeyMismatch: 'Sign the message with the key of the certificate request.',
  KeyRefused: 'Use an RSA key of 2048 to 8192 bits with the exponent 65537.',
  SubjectRefused: 'The subject is not allowed here.',
  AlternativeNameRefused: 'An alternative name is not allowed here.',
  ExtensionRefused: 'A requested extension is not allowed here.',
  AttributeRefused: 'An attribute of the request cannot be read.',
  ChallengeMissing: 'Enter exactly one challenge password.',
  ChallengeUnknown: 'The challenge password is wrong.',
  ChallengeExpired: 'The challenge has expired; ask for a new one.',
  ChallengeRevoked: 'The challenge was revoked; ask for a new one.',
  ChallengeUsed: 'The challenge is used up; ask for a new one.',
  ChallengeConstraint: 'The challenge is for other names.',
  NoSuchTransaction: 'This request is not known; send a new one.',
  GrantExpired: 'No certificate was issued within 30 days; enrol again.',
  CertificateRefused: 'The certificate authority refused; tell your administrator.',
  CertificateMismatch: 'The certificate was not issued as granted; tell your administrator.',
  CertificateLost: 'The certificate authority did not answer; enrol again with a new challenge.',
  CertificateRevoked: 'The certificate was revoked before it was delivered; enrol again.',
  IntuneUnreachable: 'Microsoft Intune could not be reached; sync the device and enrol again.',
};

/** The log and the panel show Microsoft's own code. */
const intuneSentence = 'Microsoft Intune refused the request; sync the device and try again.';

/** The sentence for a code. */
export const failInfoTextOf = (code: RefusalCode): string =>
  isOurRefusal(code) ? sentences[code] : intuneSentence;
