/**
 * Small interfaces to everything outside. `aws/` implements them on AWS, and the tests implement
 * them in memory. One contract suite runs against both. Every method may throw, and a port's error
 * is an outage.
 */
import type { RefusalCode } from './errors.ts';
import type { ChallengeConstraints } from './policy/constraints.ts';

/**
 * A challenge as it is stored under `id`, which reveals nothing about the password
 * (policy/challenge.ts).
 */
export interface ChallengeRecord {
  readonly id: string;
  readonly connectorId: string;
  /** Names the challenge in the admin API and in audit events; not secret. */
  readonly challengeId: string;
  readonly name?: string;
  /** The password, encrypted under the connector's key. */
  readonly sealedPassword: Uint8Array;
  readonly createdAtSeconds: number;
  /** When its terms or tags last changed; omitted if they never did. */
  readonly updatedAtSeconds?: number;
  /** It is refused from this moment on; omitted if it does not expire. */
  readonly expiresAtSeconds?: number;
  /** It is refused from this moment on; omitted if it is not revoked. */
  readonly revokedAtSeconds?: number;
  /** Omitted if its uses are not limited. */
  readonly maxUses?: number;
  readonly usesLeft?: number;
  /**
   * The names that it allows within the profile; omitted if it allows all of them. They never
   * change.
   */
  readonly constraints?: ChallengeConstraints;
  readonly tags?: Readonly<Record<string, string>>;
  /** The challenge that replaced it in a rotation. It is rotated at most once. */
  readonly replacedBy?: string;
}

/** A challenge as lists show it, without its password. */
export type ChallengeSummary = Omit<ChallengeRecord, 'sealedPassword'>;

/** The last position of a page of a connector's challenges. */
export interface ChallengePosition {
  readonly createdAtSeconds: number;
  readonly id: string;
}

/**
 * The operations of admins on challenges. A revoked challenge is found by its id, but not in lists.
 */
export interface ChallengeRegister {
  /** Stores a new challenge; throws if its id is taken. */
  create(record: ChallengeRecord): Promise<void>;
  find(id: string): Promise<ChallengeRecord | undefined>;
  /**
   * A connector's challenges, the newest first. A page may be shorter than its limit and still have
   * a next one.
   */
  list(
    connectorId: string,
    page: { readonly limit: number; readonly after?: ChallengePosition },
  ): Promise<{
    readonly challenges: readonly ChallengeSummary[];
    readonly next?: ChallengePosition;
  }>;
  /** Revokes a challenge; false if it does not exist or is already revoked. */
  revoke(id: string, nowSeconds: number): Promise<boolean>;
  /**
   * Sets the expiry of a challenge that another one replaces; false if it is missing, revoked or
   * replaced by a third.
   */
  replace(
    id: string,
    by: { readonly challengeId: string; readonly expiresAtSeconds: number },
    nowSeconds: number,
  ): Promise<boolean>;
}

/** Tags of everything with an id in the challenges table: challenges and connectors. */
export interface TagStore {
  of(id: string): Promise<Readonly<Record<string, string>>>;
  /**
   * Sets some tags and removes others, in one write. Creates the item of a connector; false for a
   * missing challenge, and where `room` is no longer there.
   */
  change(id: string, change: TagChange, nowSeconds: number): Promise<boolean>;
}

/** Which tags to set and which to remove. */
export interface TagChange {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
  /** Condition of the write, so that changes at the same time cannot exceed a limit together. */
  readonly room?: TagRoom;
}

/** These keys of `set` are there already, and at most so many tags in all. */
interface TagRoom {
  readonly keysThere: readonly string[];
  readonly maxTagsBefore: number;
}

/** A client token that was used, its request, and the password that was created for it. */
export interface UsedToken {
  readonly id: string;
  /** Keyed digest of the whole request. */
  readonly requestDigest: string;
  readonly sealedPassword: Uint8Array;
  readonly madeAtSeconds: number;
}

/** One request's outcome, as admins see it. */
export interface HistoryEntry {
  readonly connectorId: string;
  readonly atMilliseconds: number;
  /** The entry's id. An entry with the same moment and id is the same entry. */
  readonly id: string;
  readonly outcome: 'issued' | 'refused';
  readonly code?: RefusalCode;
  /** The subject that an unauthenticated client requested, bounded and in RFC 4514's form. */
  readonly subject?: string;
  readonly serialHex?: string;
  readonly certificateArn?: string;
  readonly challengeId?: string;
  readonly enrolmentId?: string;
  readonly transactionId?: string;
  /** What was refused: an algorithm, a messageType, a kind of key (errors.ts, `Refusal`). */
  readonly refused?: string;
  /**
   * How many refusals the entry stands for; omitted for one. They have one code, one source and one
   * `refused`, and came within an hour. `atMilliseconds` is the time of the last one.
   */
  readonly count?: number;
  /** Tells the sources of counted refusals apart: part of a keyed hash, never an address. */
  readonly source?: string;
}

/** The outcomes of requests: settled rows and recorded refusals. */
export interface History {
  /**
   * A connector's entries, the newest first. A page covers some days, so it may be empty and
   * still have a next one. Throws `PositionUnreadable` if `before` is not a valid position.
   */
  list(
    connectorId: string,
    page: { readonly limit: number; readonly before?: string },
    nowSeconds: number,
  ): Promise<{ readonly entries: readonly HistoryEntry[]; readonly next?: string }>;
}

/** An event for subscribers; it holds no secret. */
export interface AuditEvent {
  readonly detailType: string;
  /** ARNs. */
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The destination of events. */
export interface EventBus {
  /** Throws if the event was not accepted. */
  publish(event: AuditEvent): Promise<void>;
}

/** The client tokens of the last minutes. */
export interface UsedTokens {
  /**
   * Stores this token and returns it. If a token with the same id was created after
   * `staleSeconds`, it returns that one.
   */
  keep(token: UsedToken, staleSeconds: number): Promise<UsedToken>;
}

/** The input of ACM PCA's IssueCertificate. */
export interface CertificateOrder {
  readonly request: Uint8Array;
  readonly idempotencyToken: string;
  readonly validityDays: number;
  readonly signingAlgorithm: string;
  readonly passthrough: ApiPassthrough;
}

/** The part of ACM PCA's ApiPassthrough that we send. */
export interface ApiPassthrough {
  readonly Subject: Readonly<Record<string, unknown>>;
  readonly Extensions: Readonly<Record<string, unknown>>;
}

/**
 * AWS Private CA. Throws `CertificateAuthorityBusy` if it throttles. Throws
 * `CertificateLimitReached` if it has issued all the certificates that it may, or another lasting
 * quota is reached. Throws `CertificateRefused` if it rejects the request or cannot create the
 * certificate. Other errors are outages.
 */
export interface PrivateCa {
  /** Returns the certificate's ARN, before the certificate exists. */
  issue(order: CertificateOrder): Promise<string>;
  /** The certificate as PEM; undefined until it is ready. */
  retrieve(certificateArn: string): Promise<string | undefined>;
  /**
   * Revokes by serial number, in the form of lambda/serial-number.ts. Does nothing if it is already
   * revoked.
   */
  revoke(serialHex: string): Promise<void>;
  /** The CA's certificate and then its chain, as PEM. */
  chain(): Promise<string>;
}

/**
 * A request as Microsoft identifies it. Every call about a request has the same values, so
 * Microsoft sees one transaction.
 */
export interface IntuneRequest {
  /** The SCEP transactionID, verbatim. */
  readonly transactionId: string;
  /**
   * The PKCS#10 as received. It contains Intune's challenge, so it is secret, and Intune reads
   * these bytes.
   */
  readonly certificateRequest: Uint8Array;
}

/**
 * Microsoft's verdict. A refusal has Microsoft's own code (lambda/intune/codes.ts lists the known
 * ones).
 */
export type IntuneVerdict = 'granted' | { readonly refused: string };

/** Why nothing was issued, as the Intune console shows it. */
export interface IntuneFailure {
  /** An HRESULT as a signed 32-bit integer (lambda/issuance/intune-failure.ts). */
  readonly hResult: number;
  /** 1 to 255 characters; longer text is cut. */
  readonly errorDescription: string;
}

/**
 * Microsoft Intune, which created the challenge. Everything but a verdict is thrown: an outage
 * grants nothing and refuses nothing. The order is `validate`, issue, `notifySuccess`. Only then
 * does the device receive its certificate.
 */
export interface Intune {
  /** Validates the challenge inside the request for this request. */
  validate(request: IntuneRequest): Promise<IntuneVerdict>;
  /**
   * Reports a certificate (DER). `refused` is final: the certificate must be revoked and never
   * handed out.
   */
  notifySuccess(request: IntuneRequest, certificate: Uint8Array): Promise<IntuneVerdict>;
  /**
   * Reports our own failure after a granted `validate`; never a refusal or an outage of Intune
   * itself.
   */
  notifyFailure(request: IntuneRequest, failure: IntuneFailure): Promise<IntuneVerdict>;
}

/** A certificate that Intune requests to revoke. */
export interface RevocationRequest {
  /** An opaque name of the request, which its result repeats. */
  readonly requestContext: string;
  /** In hex, as `notifySuccess` reported it, but in any case and with or without leading zeros. */
  readonly serialNumber: string;
  readonly issuerName?: string;
  /** The CA's configuration, as `notifySuccess` named it. */
  readonly caConfiguration?: string;
}

/** The result of a revocation request. */
export type RevocationResult =
  | { readonly requestContext: string; readonly succeeded: true }
  | {
      readonly requestContext: string;
      readonly succeeded: false;
      readonly error: 'certificateNotFound' | 'notSupported';
    };

/**
 * Intune's queue of revocations. Microsoft does not document whether it returns an unanswered
 * request again, so we store each one.
 */
export interface IntuneRevocations {
  /** Downloads at most `limit` (1 to 500) requests of all the tenant's CAs. */
  downloadRevocations(limit: number): Promise<readonly RevocationRequest[]>;
  /** Uploads results; false if Intune accepted no result. */
  uploadRevocationResults(results: readonly RevocationResult[]): Promise<boolean>;
}

/** A revocation request, stored until Intune has its result. */
export interface PendingRevocation {
  readonly request: RevocationRequest;
  readonly result?: RevocationResult;
}

/**
 * Downloaded requests that are not yet answered; they survive a crash. The key is `requestContext`.
 */
export interface RevocationJournal {
  /** Stores a request. If it was answered before, it is open again with its earlier result. */
  open(request: RevocationRequest): Promise<void>;
  /** At most `limit` open requests, the oldest first. */
  pending(limit: number): Promise<readonly PendingRevocation[]>;
  /** Stores the result; the first one is kept. */
  record(result: RevocationResult): Promise<void>;
  /** Closes a request once Intune has its result. */
  close(requestContext: string): Promise<void>;
}

/** A certificate of this connector, found by its serial number. */
interface IssuedSerial {
  /** In the form of lambda/serial-number.ts. */
  readonly serialHex: string;
  readonly revokedAtSeconds?: number;
}

/**
 * The certificates that this connector issued. It finds no other certificate of the same CA,
 * because that may belong to another tenant.
 */
export interface IssuedCertificates {
  /** A consistent read by serial number, in the form of lambda/serial-number.ts. */
  find(serialKey: string): Promise<IssuedSerial | undefined>;
  /**
   * Marks the enrolment as revoked too, so that the same request gets another certificate. The
   * first time is kept.
   */
  markRevoked(serialKey: string, nowSeconds: number): Promise<void>;
}

/** The time, which tests can control. */
export interface Clock {
  nowSeconds(): number;
  nowMilliseconds(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** Random octets, which tests can repeat. */
export type Random = (octets: number) => Uint8Array;
