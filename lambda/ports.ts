/**
 * Small interfaces to everything outside. `aws/` implements them on AWS, and the tests in memory;
 * one contract suite runs against both. Every method may throw, and an error of a port is an
 * outage.
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
  /** When its terms or tags last changed; absent: never. */
  readonly updatedAtSeconds?: number;
  /** From this moment on it is refused; absent: never. */
  readonly expiresAtSeconds?: number;
  /** From this moment on it is refused; absent: not revoked. */
  readonly revokedAtSeconds?: number;
  /** Absent: any number of uses. */
  readonly maxUses?: number;
  readonly usesLeft?: number;
  /**
   * The names that it allows within the profile; absent: everything the profile allows. Never
   * changed.
   */
  readonly constraints?: ChallengeConstraints;
  readonly tags?: Readonly<Record<string, string>>;
  /** The challenge that took its place when it was rotated; it is rotated once. */
  readonly replacedBy?: string;
}

/** A challenge as lists show it, without its password. */
export type ChallengeSummary = Omit<ChallengeRecord, 'sealedPassword'>;

/** Where a page of a connector's challenges ended. */
export interface ChallengePosition {
  readonly createdAtSeconds: number;
  readonly id: string;
}

/** What admins do with challenges. A revoked one is found by its id, but not in lists. */
export interface ChallengeRegister {
  /** Stores a new challenge; throws if its id is taken. */
  create(record: ChallengeRecord): Promise<void>;
  find(id: string): Promise<ChallengeRecord | undefined>;
  /**
   * A connector's challenges, the newest first; a page may be short of its limit and still have a
   * next one.
   */
  list(
    connectorId: string,
    page: { readonly limit: number; readonly after?: ChallengePosition },
  ): Promise<{
    readonly challenges: readonly ChallengeSummary[];
    readonly next?: ChallengePosition;
  }>;
  /** From now on it is refused; false if it is not there or was revoked before. */
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

/** Tags of whatever has an id in the challenges table: challenges, and connectors. */
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

/** A client token that was used, its request, and the password that was made for it. */
export interface UsedToken {
  readonly id: string;
  /** Keyed digest of the whole request. */
  readonly requestDigest: string;
  readonly sealedPassword: Uint8Array;
  readonly madeAtSeconds: number;
}

/** How one request ended, as it is kept for admins. */
export interface HistoryEntry {
  readonly connectorId: string;
  readonly atMilliseconds: number;
  /** The id of the entry; recording the same moment and id again is the same entry. */
  readonly id: string;
  readonly outcome: 'issued' | 'refused';
  readonly code?: RefusalCode;
  /** The subject that a stranger wrote, bounded and in RFC 4514's form. */
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

/** How requests ended: settled rows and recorded refusals. */
export interface History {
  /**
   * A connector's entries, the newest first. A page covers some days: it may be empty and still
   * have a next one. Throws `PositionUnreadable` if `before` is not a valid position.
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

/** Where events go. */
export interface EventBus {
  /** Throws if the event was not accepted. */
  publish(event: AuditEvent): Promise<void>;
}

/** Client tokens of the last minutes. */
export interface UsedTokens {
  /**
   * Stores this one and returns it; or returns an existing one of the same id that was made after
   * `staleSeconds`.
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
 * `CertificateLimitReached` if its certificates are used up, or another lasting quota is. Throws
 * `CertificateRefused` if it rejects the request or failed to make the certificate. Other errors
 * are outages.
 */
export interface PrivateCa {
  /** Returns the certificate's ARN, before there is a certificate. */
  issue(order: CertificateOrder): Promise<string>;
  /** The certificate as PEM, or undefined while it is being made. */
  retrieve(certificateArn: string): Promise<string | undefined>;
  /**
   * Revokes by serial number in the form of lambda/serial-number.ts; nothing happens if it was
   * revoked before.
   */
  revoke(serialHex: string): Promise<void>;
  /** PEM of the CA's certificate, then of its chain. */
  chain(): Promise<string>;
}

/**
 * A request as Microsoft knows it. Every call about a request holds the same, so Microsoft sees one
 * transaction.
 */
export interface IntuneRequest {
  /** The SCEP transactionID, verbatim. */
  readonly transactionId: string;
  /** The PKCS#10 as it came: Intune's challenge is inside, and Intune reads these bytes. Secret. */
  readonly certificateRequest: Uint8Array;
}

/**
 * Microsoft's verdict. A refusal's code is Microsoft's own (lambda/intune/codes.ts has the known
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
 * Microsoft Intune, which made the challenge. Anything but a verdict is thrown: an outage grants
 * nothing and refuses nothing. The order is `validate`, issue, `notifySuccess`; only then does the
 * device get its certificate.
 */
export interface Intune {
  /** Whether the challenge inside the request is valid for this request. */
  validate(request: IntuneRequest): Promise<IntuneVerdict>;
  /**
   * Reports a certificate (DER). `refused` is final: the certificate must be revoked and never
   * handed out.
   */
  notifySuccess(request: IntuneRequest, certificate: Uint8Array): Promise<IntuneVerdict>;
  /**
   * Reports a failure of ours after a granted `validate`; never a refusal or outage of Intune's
   * own.
   */
  notifyFailure(request: IntuneRequest, failure: IntuneFailure): Promise<IntuneVerdict>;
}

/** A certificate that Intune wants revoked. */
export interface RevocationRequest {
  /** Names the request in the result; opaque. */
  readonly requestContext: string;
  /** In hex, as `notifySuccess` reported it, in any case and with or without leading zeros. */
  readonly serialNumber: string;
  readonly issuerName?: string;
  /** What `notifySuccess` named as the CA's configuration. */
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
  /** At most `limit` (1 to 500) requests, of every CA of the tenant. */
  downloadRevocations(limit: number): Promise<readonly RevocationRequest[]>;
  /** False if Intune took none of them. */
  uploadRevocationResults(results: readonly RevocationResult[]): Promise<boolean>;
}

/** A revocation request as it is kept until Intune has its result. */
export interface PendingRevocation {
  readonly request: RevocationRequest;
  readonly result?: RevocationResult;
}

/**
 * Requests that were downloaded and not yet answered; they survive a crash. The key is
 * `requestContext`.
 */
export interface RevocationJournal {
  /**
   * Stores a request. One that was answered and comes again is open again, with its earlier result.
   */
  open(request: RevocationRequest): Promise<void>;
  /** At most `limit` open ones, the oldest first. */
  pending(limit: number): Promise<readonly PendingRevocation[]>;
  /** Keeps the result; the first one stands. */
  record(result: RevocationResult): Promise<void>;
  /** Intune has the result. */
  close(requestContext: string): Promise<void>;
}

/** A certificate of this connector, found by its serial number. */
interface IssuedSerial {
  /** In the form of lambda/serial-number.ts. */
  readonly serialHex: string;
  readonly revokedAtSeconds?: number;
}

/**
 * The certificates that this connector issued. It cannot reach others of the same CA, because they
 * may be another tenant's.
 */
export interface IssuedCertificates {
  /** Consistent. By the serial number in the form of lambda/serial-number.ts. */
  find(serialKey: string): Promise<IssuedSerial | undefined>;
  /**
   * Marks its enrolment too, so that the same request gets another certificate. The first time
   * stands.
   */
  markRevoked(serialKey: string, nowSeconds: number): Promise<void>;
}

/** Time, so that tests can turn it. */
export interface Clock {
  nowSeconds(): number;
  nowMilliseconds(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** Random octets, so that tests can repeat them. */
export type Random = (octets: number) => Uint8Array;
