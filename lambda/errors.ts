/**
 * Every way a request can end without a certificate, and what the device is told: the one mapping from a code
 * to the wire. An error that is not one of these is an outage: 503, nothing issued, nothing burned.
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
 * Before transactionID, senderNonce and signer are read no CertRep can be built: an HTTP status. So is the one fault of a source
 * and not of its message: a FAILURE would be final to a good device behind the same address, and cost us a signature.
 */
const beforeTheWall = {
  MethodNotAllowed: 405,
  UnknownOperation: 400,
  NotBase64: 400,
  BodyTooLarge: 413,
  NotAPkiMessage: 400,
  NoTransactionId: 400,
  NoSenderNonce: 400,
  NoSignerCertificate: 400,
  TooManyEnvelopes: 429,
} as const;

/** After it, every fault of the client is a signed FAILURE with HTTP 200. */
const behindTheWall = {
  // The CMS around the request, all of it in clear.
  UnsupportedAlgorithm: 'badAlg',
  SignedAttributesInvalid: 'badMessageCheck',
  SignatureInvalid: 'badMessageCheck',
  UnsupportedMessageType: 'badRequest',
  // The one answer for everything between the recipient's key and the CSR's self-signature (design decision 8).
  EnvelopeRefused: 'badMessageCheck',
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
  TransactionInFlight: 'badRequest',
  NoSuchTransaction: 'badCertId',
  // What the CA or our lint of its answer said.
  CertificateRefused: 'badRequest',
  CertificateMismatch: 'badRequest',
  // Nobody knows that one was made, and long after no record shows it: nothing was issued.
  CertificateLost: 'badRequest',
  // Intune could not be told of it for a day: it was revoked, and never handed out.
  IntuneUnreachable: 'badRequest',
} as const satisfies Record<string, FailInfo>;

export type HttpFaultCode = keyof typeof beforeTheWall;
/** Intune's own word behind the colon. The set is open: Microsoft has sent codes that its library does not list. */
export type IntuneRefusalCode = `Intune:${string}`;
export type RefusalCode = keyof typeof behindTheWall | IntuneRefusalCode;

/** A fault that no CertRep answers. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly code: HttpFaultCode;

  constructor(code: HttpFaultCode) {
    super(code);
    this.code = code;
  }
}

/** A fault of the client's that a signed FAILURE answers. Carries no text of the request: it goes to logs. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    super(code);
    this.code = code;
  }
}

/** An outage whose message is made of words of ours, numbers and identifiers that were checked to be that. */
export class Unavailable extends Error {
  override readonly name: string = 'Unavailable';
}

/** What a log may be told of an error: its name; its message may quote what was sent or read, unless it is known not to. */
export const toldOf = (error: unknown): { readonly code: string; readonly reason?: string } => ({
  code: error instanceof Error ? error.name : 'Unknown',
  ...(error instanceof Unavailable && { reason: error.message }),
});

export const httpStatusOf = (code: HttpFaultCode): number => beforeTheWall[code];

/** Whether a code is a refusal by Intune. */
const isIntuneRefusal = (code: string): code is IntuneRefusalCode =>
  /^Intune:[A-Za-z]{1,64}$/.test(code);

const isOurRefusal = (code: string): code is keyof typeof behindTheWall =>
  Object.hasOwn(behindTheWall, code);

/** badRequest for whatever Intune refused: it "is not permitted", and the same request will not be (RFC 8894 table 5). */
export const failInfoOf = (code: RefusalCode): FailInfo =>
  isOurRefusal(code) ? behindTheWall[code] : 'badRequest';

/** Whether a text, read back from the ledger or a state machine, is a refusal's code. */
export const isRefusalCode = (text: string): text is RefusalCode =>
  isOurRefusal(text) || isIntuneRefusal(text);
