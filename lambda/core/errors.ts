/**
 * Every way a request can end without a certificate, and the answer to each. Any other error is an
 * outage: the answer is 503, nothing is issued and no challenge is consumed.
 */

/** RFC 8894 table 5. */
export const failInfos = {
  badAlg: '0',
  badMessageCheck: '1',
  badRequest: '2',
  badTime: '3',
  badCertId: '4',
} as const;

export type FailInfo = keyof typeof failInfos;

/**
 * Faults that are answered with an HTTP status, because no CertRep can be built before
 * transactionID, senderNonce and signer are read. The faults of status 429 are those of a source. A
 * FAILURE would be final to a good device behind the same address, and would cost a signature.
 */
const httpFaults = {
  MethodNotAllowed: 405,
  UnknownOperation: 400,
  NotBase64: 400,
  BodyTooLarge: 413,
  NotAPkiMessage: 400,
  NoTransactionId: 400,
  NoSenderNonce: 400,
  NoSignerCertificate: 400,
  TooManyEnvelopes: 429,
  TooManyGuesses: 429,
  TooManyValidations: 429,
} as const;

/** Once those are read, every fault of the client is a signed FAILURE with HTTP 200. */
const signedFailures = {
  // The CMS around the request, all of it in clear.
  UnsupportedAlgorithm: 'badAlg',
  SignedAttributesInvalid: 'badMessageCheck',
  SignatureInvalid: 'badMessageCheck',
  UnsupportedMessageType: 'badRequest',
  // The envelope names its recipient in clear, so this says nothing about its content.
  RecipientUnknown: 'badRequest',
  // The one answer for every fault from the recipient's key to the CSR's self-signature. A
  // difference would be an oracle. RFC 8894 table 5 has badMessageCheck for a damaged signature.
  EnvelopeRefused: 'badRequest',
  // Policy.
  SignerKeyMismatch: 'badRequest',
  KeyRefused: 'badRequest',
  SubjectRefused: 'badRequest',
  AlternativeNameRefused: 'badRequest',
  ExtensionRefused: 'badRequest',
  AttributeRefused: 'badRequest',
  ChallengeMissing: 'badRequest',
  ChallengeUnknown: 'badRequest',
  ChallengeExpired: 'badRequest',
  ChallengeRevoked: 'badRequest',
  ChallengeUsed: 'badRequest',
  ChallengeConstraint: 'badRequest',
  // State.
  NoSuchTransaction: 'badCertId',
  GrantExpired: 'badRequest',
  // What the CA or our lint of its answer said.
  CertificateRefused: 'badRequest',
  CertificateMismatch: 'badRequest',
  // We do not know whether the CA issued, and no record appeared for two hours.
  CertificateLost: 'badRequest',
  // The certificate was made, and revoked before this attempt could hand it out.
  CertificateRevoked: 'badRequest',
  // Intune did not take the success notification for a day. The certificate is revoked and never
  // handed out.
  IntuneUnreachable: 'badRequest',
} as const satisfies Record<string, FailInfo>;

export type HttpFaultCode = keyof typeof httpFaults;

/** The codes of refusals that are ours; Intune has others. */
export type OwnRefusalCode = keyof typeof signedFailures;

/** Every code that a device or a log line can show, except Intune's. */
export const knownCodes: readonly (OwnRefusalCode | HttpFaultCode)[] = [
  ...(Object.keys(signedFailures) as OwnRefusalCode[]),
  ...(Object.keys(httpFaults) as HttpFaultCode[]),
];

/**
 * Intune's own code follows the colon. The set is open: Microsoft has sent codes that its library
 * does not list.
 */
export type IntuneRefusalCode = `Intune:${string}`;
export type RefusalCode = OwnRefusalCode | IntuneRefusalCode;

/** A fault that is answered with an HTTP status instead of a CertRep. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly code: HttpFaultCode;

  constructor(code: HttpFaultCode) {
    super(code);
    this.code = code;
  }
}

/** The texts that may be logged of what was refused: names of algorithms, OIDs and numbers. */
const namesWhatIsRefused = /^[A-Za-z0-9 .-]{1,64}$/;

/**
 * A client's fault that is answered with a signed FAILURE. It quotes no free text of the request,
 * because it is logged.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  /**
   * What was refused: an algorithm, a messageType, a kind of key; for the log and for admins, never
   * for the device. Omitted if there is nothing to name, or if the text is not a name.
   */
  readonly refused?: string;

  constructor(code: RefusalCode, refused?: string) {
    super(code);
    this.code = code;
    if (refused !== undefined && namesWhatIsRefused.test(refused)) this.refused = refused;
  }
}

/** The codes of internal errors. Each one is an outage (503) that grants and refuses nothing. */
export type FaultCode =
  // A dependency: Secrets Manager, ACM PCA, CloudTrail, EventBridge, STS, DynamoDB, Microsoft.
  | 'CertificateAuthorityBusy'
  | 'CertificateAuthorityEnded'
  | 'CertificateLimitReached'
  | 'CertificateNotReady'
  | 'CertificateRefused'
  | 'DependencyTimeout'
  | 'DeploymentNotAnswered'
  | 'EventNotTaken'
  | 'IntuneUnavailable'
  | 'IssuanceLogTooLong'
  | 'IssuanceLogUnreadable'
  | 'NoCertificateArn'
  | 'NoCredentials'
  | 'NoWebIdentityToken'
  | 'ResultsRefused'
  // Contention that outlasted its deadline.
  | 'ChallengeContended'
  | 'KeysUnprocessed'
  | 'RateLimiterContended'
  | 'SettlementContended'
  // What is stored is not what we wrote.
  | 'CertificateUnreadable'
  | 'ChallengeItemUnreadable'
  | 'EnrolmentRowUnreadable'
  | 'EnvelopeItemUnreadable'
  | 'NotSealed'
  | 'PositionUnreadable'
  | 'ProgressUnreadable'
  | 'RefusalItemUnreadable'
  | 'RevocationItemUnreadable'
  | 'SerialUnreadable'
  | 'UsedTokenGone'
  | 'VerdictItemUnreadable'
  // What is configured or rotated does not fit.
  | 'ConnectorKeyTooShort'
  | 'ConnectorUnknown'
  | 'ConnectorWithoutKeys'
  | 'IntuneMissing'
  | 'IntuneSecretIsEmpty'
  | 'IntuneSecretIsNoCertificate'
  | 'NdesCredentialUnusable'
  | 'NdesPasswordNotPlain'
  | 'RaCertificateNotReady'
  | 'RaIdentityMissing'
  | 'RaOfAnotherAuthority'
  | 'RaSecretIncomplete'
  | 'RaSecretInconsistent'
  | 'SecretMissing'
  | 'UnknownRotationStep'
  | 'UnsafeRuntime'
  // Issuance.
  | 'AnswerTooLarge'
  | 'AttemptUnknown'
  | 'StyleWithMarkup'
  | 'TooLate';

/**
 * An internal error. Its message is its code and what it is about; it never quotes what was sent or
 * read.
 */
export class Fault extends Error {
  override readonly name: FaultCode;
  readonly code: FaultCode;
  /**
   * What the error is about: a service, a row's id, the part that is wrong. Literals, numbers and
   * validated identifiers only.
   */
  readonly about?: string;

  constructor(code: FaultCode, about?: string) {
    super(about === undefined ? code : `${code}: ${about}`);
    this.name = code;
    this.code = code;
    this.about = about;
  }
}

/** Whether an error is the fault of this code. */
export const isFault = (error: unknown, code: FaultCode): error is Fault =>
  error instanceof Fault && error.code === code;

/**
 * The part of an error that is safe to log. An SDK's message may quote the request, so only its
 * name is kept.
 */
export const describeForLog = (
  error: unknown,
): { readonly code: string; readonly about?: string } => ({
  code: error instanceof Error ? error.name : 'Unknown',
  ...(error instanceof Fault && error.about !== undefined && { about: error.about }),
});

export const getHttpStatus = (code: HttpFaultCode): number => httpFaults[code];

/** Whether a code is a refusal by Intune. */
const isIntuneRefusal = (code: string): code is IntuneRefusalCode =>
  /^Intune:[A-Za-z]{1,64}$/.test(code);

/** Whether a code is a refusal of ours. */
export const isOurRefusal = (code: string): code is OwnRefusalCode =>
  Object.hasOwn(signedFailures, code);

/**
 * badRequest for every refusal by Intune: the transaction "is not permitted" (RFC 8894 table 5).
 */
export const failInfoOf = (code: RefusalCode): FailInfo =>
  isOurRefusal(code) ? signedFailures[code] : 'badRequest';

/** Whether a text that was read back from a table is a refusal's code. */
export const isRefusalCode = (text: string): text is RefusalCode =>
  isOurRefusal(text) || isIntuneRefusal(text);
