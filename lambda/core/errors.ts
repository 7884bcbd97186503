/**
 * Every way a request can end without a certificate, and the answer to each. Any other error is an
 * outage: the answer is 503, nothing is issued and no challenge is consumed.
 */

/** The values of failInfo (RFC 8894 table 5). */
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
 * transactionID, senderNonce and signer are read. Status 429 is the exception: the client's address
 * is over a budget. A FAILURE would be final to a good device behind the same address, and would
 * cost a signature.
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

/** After that, every fault of the client is a signed FAILURE with HTTP 200. */
const signedFailures = {
  // The parts of the message that are in clear.
  UnsupportedAlgorithm: 'badAlg',
  SignedAttributesInvalid: 'badMessageCheck',
  SignatureInvalid: 'badMessageCheck',
  UnsupportedMessageType: 'badRequest',
  // The recipient is in clear, so this reveals nothing about the content.
  RecipientUnknown: 'badRequest',
  // The one answer for every fault from the decryption of the key to the CSR's self-signature. Two
  // answers would be an oracle. RFC 8894 table 5 has badMessageCheck for a damaged signature.
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
  // The CA rejected the order, or its certificate failed our lint.
  CertificateRefused: 'badRequest',
  CertificateMismatch: 'badRequest',
  // We do not know whether the CA issued. CloudTrail showed no record for two hours.
  CertificateLost: 'badRequest',
  // The certificate was revoked before this attempt could hand it out.
  CertificateRevoked: 'badRequest',
  // Intune did not accept the success notification for a day. The certificate is revoked and never
  // handed out.
  IntuneUnreachable: 'badRequest',
} as const satisfies Record<string, FailInfo>;

export type HttpFaultCode = keyof typeof httpFaults;

/** The codes of our own refusals. Intune has others. */
export type OwnRefusalCode = keyof typeof signedFailures;

/** Every code that a device or a log line can show, except Intune's. */
export const knownCodes: readonly (OwnRefusalCode | HttpFaultCode)[] = [
  ...(Object.keys(signedFailures) as OwnRefusalCode[]),
  ...(Object.keys(httpFaults) as HttpFaultCode[]),
];

/**
 * Intune's own code follows the colon. The set is open, because Microsoft has sent codes that its
 * library does not list.
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

/** The texts that a refusal can name: names of algorithms, OIDs and numbers. */
const loggableName = /^[A-Za-z0-9 .-]{1,64}$/;

/**
 * A client's fault that is answered with a signed FAILURE. It is logged, so it quotes no free text
 * of the request.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  /**
   * The refused algorithm, messageType or kind of key. The log and admins see it; the device does
   * not. Omitted without such a name, and for any text that is not one.
   */
  readonly refused?: string;

  constructor(code: RefusalCode, refused?: string) {
    super(code);
    this.code = code;
    if (refused !== undefined && loggableName.test(refused)) this.refused = refused;
  }
}

/** The codes of internal errors. Each is an outage (503), which grants and refuses nothing. */
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
  // A stored item is not one that we wrote.
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
  // A setting or a secret is missing or unusable.
  | 'ConnectorDirectoryTooLong'
  | 'ConnectorKeyTooShort'
  | 'ConnectorUnknown'
  | 'ConnectorUnreadable'
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
 * An internal error. Its message is its code and `about`. It never quotes a request, an answer or a
 * stored value.
 */
export class Fault extends Error {
  override readonly name: FaultCode;
  readonly code: FaultCode;
  /**
   * The service, the row's id or the part that failed. Only literals, numbers and validated
   * identifiers.
   */
  readonly about?: string;

  constructor(code: FaultCode, about?: string) {
    super(about === undefined ? code : `${code}: ${about}`);
    this.name = code;
    this.code = code;
    this.about = about;
  }
}

/** Whether an error is a fault with this code. */
export const isFault = (error: unknown, code: FaultCode): error is Fault =>
  error instanceof Fault && error.code === code;

/**
 * The part of an error that is safe to log. An SDK's message may quote the request, so its name
 * alone is kept.
 */
export const describeForLog = (
  error: unknown,
): { readonly code: string; readonly about?: string } => ({
  code: error instanceof Error ? error.name : 'Unknown',
  ...(error instanceof Fault && error.about !== undefined && { about: error.about }),
});

/** The HTTP status of a fault. */
export const getHttpStatus = (code: HttpFaultCode): number => httpFaults[code];

/** Whether a code is a refusal by Intune. */
const isIntuneRefusal = (code: string): code is IntuneRefusalCode =>
  /^Intune:[A-Za-z]{1,64}$/.test(code);

/** Whether a code is one of our own refusals. */
export const isOurRefusal = (code: string): code is OwnRefusalCode =>
  Object.hasOwn(signedFailures, code);

/**
 * The failInfo of a refusal. It is badRequest for Intune's: the transaction "is not permitted" (RFC
 * 8894 table 5).
 */
export const failInfoOf = (code: RefusalCode): FailInfo =>
  isOurRefusal(code) ? signedFailures[code] : 'badRequest';

/** Whether a stored text is the code of a refusal. */
export const isRefusalCode = (text: string): text is RefusalCode =>
  isOurRefusal(text) || isIntuneRefusal(text);
