/**
 * What the rooms need of the world: small interfaces in our own words. `aws/` implements them on AWS, the tests in
 * memory; one contract suite runs against both. Every one of them may throw: an error of a port is an outage.
 */
import type { RefusalCode } from './errors.ts';
import type { Generation } from './generation.ts';
import type { EnvelopeMark } from './message/envelope.ts';
import type { ChallengeConstraints } from './policy/constraints.ts';

/** A challenge as it is kept. Found by `id`, which says nothing of the password (policy/challenge.ts). */
export interface ChallengeRecord {
  readonly id: string;
  readonly connectorId: string;
  /** Names the challenge in the admin API and in audit events; not secret. */
  readonly challengeId: string;
  readonly name?: string;
  /** The password, encrypted under the connector's key. */
  readonly sealedPassword: Uint8Array;
  readonly createdAtSeconds: number;
  /** When its terms or tags changed last; absent: never. */
  readonly updatedAtSeconds?: number;
  /** From this moment on it is refused; absent: never. */
  readonly expiresAtSeconds?: number;
  /** From this moment on it is refused; absent: not revoked. */
  readonly revokedAtSeconds?: number;
  /** Absent: any number of uses. */
  readonly maxUses?: number;
  readonly usesLeft?: number;
  /** What it is good for, within the profile; absent: everything the profile allows. Never changed. */
  readonly constraints?: ChallengeConstraints;
  readonly tags?: Readonly<Record<string, string>>;
  /** The challenge that took its place when it was rotated; it is rotated once. */
  readonly replacedBy?: string;
}

/** Whether a claim was granted, or why not. */
export type Claim = 'claimed' | 'unknown' | 'expired' | 'revoked' | 'used' | 'released';

/** Challenges and who holds them. A holder is one generation of one enrolment (`generationName`). */
export interface Challenges {
  /** Keeps a new challenge; throws if its id is taken. */
  create(record: ChallengeRecord): Promise<void>;
  find(id: string): Promise<ChallengeRecord | undefined>;
  /**
   * Takes one use for this holder, once: a holder that has it already is given it again. One that has given it back, or a
   * later generation of whose enrolment has, is `released`: a call that was held up must not take what nobody would return.
   */
  claim(id: string, holder: string, nowSeconds: number): Promise<Claim>;
  /** Gives a claimed use back, because nothing was issued; nothing happens if the holder does not hold it. */
  release(id: string, holder: string): Promise<void>;
  /** Makes a claimed use final, together with a certificate; nothing happens if it is final already. */
  spend(id: string, holder: string): Promise<void>;
}

/** A challenge as lists show it: its password is not even read. */
export type ChallengeSummary = Omit<ChallengeRecord, 'sealedPassword'>;

/** Where a page of a connector's challenges ended. */
export interface ChallengePosition {
  readonly createdAtSeconds: number;
  readonly id: string;
}

/** What admins do with challenges. A revoked one is found by its id, and in no list. */
export interface ChallengeRegister extends Pick<Challenges, 'create' | 'find'> {
  /** A connector's challenges, the newest first; a page may be short of its limit and still have a next one. */
  list(
    connectorId: string,
    page: { readonly limit: number; readonly after?: ChallengePosition },
  ): Promise<{
    readonly challenges: readonly ChallengeSummary[];
    readonly next?: ChallengePosition;
  }>;
  /** From now on it is refused; false if it is not there or was revoked before. */
  revoke(id: string, nowSeconds: number): Promise<boolean>;
  /** Sets the end of one that another takes the place of; false if it is not there, is revoked or was replaced by a third. */
  replace(
    id: string,
    by: { readonly challengeId: string; readonly expiresAtSeconds: number },
    nowSeconds: number,
  ): Promise<boolean>;
}

/** Tags of whatever has an id in the challenges table: challenges, and connectors. */
export interface TagStore {
  of(id: string): Promise<Readonly<Record<string, string>>>;
  /** Sets some and removes others, at once. Makes the item of a connector; false for a challenge that is not there. */
  change(id: string, change: TagChange, nowSeconds: number): Promise<boolean>;
}

/** Which tags to set and which to remove. */
export interface TagChange {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/** A client token that was used: what for, and the password that was made for it. */
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
  /** Of one ending; the same moment and id is the same entry, however often it is recorded. */
  readonly id: string;
  readonly outcome: 'issued' | 'refused';
  readonly code?: RefusalCode;
  /** What a stranger wrote, bounded and in RFC 4514's form. */
  readonly subject?: string;
  readonly serialHex?: string;
  readonly certificateArn?: string;
  readonly challengeId?: string;
  readonly enrolmentId?: string;
  readonly transactionId?: string;
}

/** How requests ended, for as long as admins ask. */
export interface History {
  record(entry: HistoryEntry): Promise<void>;
  /**
   * A connector's entries, the newest first. Looks back some days at a time: a page may be empty and still have a next one.
   * Throws `PositionUnreadable` for a `before` that is none.
   */
  list(
    connectorId: string,
    page: { readonly limit: number; readonly before?: string },
    nowSeconds: number,
  ): Promise<{ readonly entries: readonly HistoryEntry[]; readonly next?: string }>;
}

/** What is told to whoever listens; it holds no secret. */
export interface AuditEvent {
  readonly detailType: string;
  /** ARNs. */
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where events go. */
export interface EventBus {
  /** Throws where the event was not taken. */
  publish(event: AuditEvent): Promise<void>;
}

/** Client tokens of the last minutes. */
export interface UsedTokens {
  /** Keeps this one and returns it; or returns the one of the same id that is there already and was made after `staleSeconds`. */
  keep(token: UsedToken, staleSeconds: number): Promise<UsedToken>;
}

/** One enrolment as the ledger keeps it. */
export interface LedgerEntry extends Generation {
  readonly connectorId: string;
  /** The Grant and the CSR, under the connector's key (policy/grant.ts): proof that policy made it. */
  readonly sealedGrant: Uint8Array;
  readonly state: EntryState;
}

export type EntryState =
  | {
      readonly status: 'granted';
      /** When the CA was first asked and may have heard it; absent: it was not. */
      readonly askedAtSeconds?: number;
      /** How often it was asked since. */
      readonly asks?: number;
      readonly certificateArn?: string;
      /** Its certificate is revoked, or about to be, and it will be refused with this. */
      readonly withheldFor?: RefusalCode;
      /** Which execution of the state machine it is in; absent: the first. */
      readonly run?: number;
    }
  | {
      readonly status: 'issued';
      readonly certificateArn: string;
      readonly certificate: Uint8Array;
      readonly notBeforeSeconds: number;
      readonly notAfterSeconds: number;
      readonly revokedAtSeconds?: number;
    }
  | { readonly status: 'refused'; readonly code: RefusalCode };

/** An enrolment that was begun and is not settled. */
export interface Unsettled extends Generation {
  readonly run: number;
}

/** The enrolments of one connector, and the transactions that lead to them. */
export interface Ledger {
  /** Consistent. */
  find(enrolmentId: string): Promise<LedgerEntry | undefined>;
  /** Which enrolment this transaction led to last. */
  findTransaction(transactionKey: string): Promise<string | undefined>;
  /** Records a granted enrolment; false if this generation or a later one is there already. */
  begin(entry: LedgerEntry): Promise<boolean>;
  bindTransaction(transactionKey: string, enrolmentId: string): Promise<void>;
  /**
   * Marks a granted entry as asked for, keeps an earlier mark's time, counts, and returns the entry as it then is. An entry that is
   * past that, or of another generation, is returned unchanged.
   */
  markAsked(input: Generation, nowSeconds: number): Promise<LedgerEntry | undefined>;
  /** Takes the mark away, if it was asked once: the CA said that it did not take that request. */
  unmarkAsked(input: Generation): Promise<void>;
  /** Records the CA's ARN of a certificate asked for; nothing happens if the entry is past that. */
  recordRequest(input: Generation, certificateArn: string): Promise<void>;
  /**
   * Decides, for good, that the certificate of a granted enrolment is not handed out, before it is revoked. Returns the code it is
   * withheld for, which is that of the first call; undefined if the entry is settled or of another generation.
   */
  withhold(input: Generation, code: RefusalCode): Promise<RefusalCode | undefined>;
  /** Ends a granted enrolment; nothing happens if it was settled before. */
  settle(input: Generation, state: EntryState): Promise<void>;
  /** Who is not settled and due to be looked at, the longest due first. It may lag by seconds: what it lists may be settled. */
  unsettled(nowSeconds: number, limit: number): Promise<readonly Unsettled[]>;
  /** Says when to look at an unsettled enrolment again; nothing happens if it is settled. */
  lookAgain(input: Generation, atSeconds: number): Promise<void>;
  /** Counts one more execution, to be started now, and says when to look again. False if it is settled, or was counted by another. */
  beginRun(input: Unsettled, lookAtSeconds: number): Promise<boolean>;
}

/** The limit on envelopes that do not open. A source is a keyed hash, never an address. */
export interface EnvelopeLimit {
  /** Whether one more envelope of this source may be opened. */
  isOpenTo(source: string): Promise<boolean>;
  /** Counts an envelope of this source that was opened in vain. */
  chargeTo(source: string): Promise<void>;
}

/** The envelope replay guard, and the limit that stands before it. */
export interface Envelopes extends EnvelopeLimit {
  /** Whether this encrypted key came with this envelope or for the first time. */
  admit(mark: EnvelopeMark): Promise<boolean>;
}

/** The state machine. */
export interface Conductor {
  /** Starts a run of an enrolment's issuance, the first if none is named; one that was started is only told how it stands. */
  start(input: Generation, run?: number): Promise<'running' | 'ended'>;
}

/** What the CA was asked and what it answered, in a record that is not ours (CloudTrail). It lags by minutes. */
export interface IssuanceRecords {
  /** The ARN of the certificate that was ordered with this token between these times; undefined: none is recorded yet. */
  certificateArnOf(
    idempotencyToken: string,
    fromSeconds: number,
    toSeconds: number,
  ): Promise<string | undefined>;
}

/**
 * Turns at the CA, one every so many milliseconds, for all functions of a connector: who waits for its turn is not
 * throttled, and how far the next turn is off is how long the queue is (docs/decisions/007-turnstile.md).
 */
export interface Turnstile {
  /** Takes the next turn and returns when it is, in epoch milliseconds: now, or later. */
  take(nowMilliseconds: number): Promise<number>;
  /** When the next turn would be, without taking it; it may be in the past. */
  next(): Promise<number>;
}

/** What is asked of the CA, in its own words (ACM PCA IssueCertificate). */
export interface CertificateOrder {
  readonly request: Uint8Array;
  readonly idempotencyToken: string;
  readonly validityDays: number;
  readonly signingAlgorithm: string;
  readonly passthrough: ApiPassthrough;
}

/** The part of ACM PCA's ApiPassthrough that is ever sent. */
export interface ApiPassthrough {
  readonly Subject: Readonly<Record<string, unknown>>;
  readonly Extensions: Readonly<Record<string, unknown>>;
}

/**
 * AWS Private CA. Throws `CertificateAuthorityBusy` when throttled and `CertificateRefused` when it said no for good, and only where it
 * was asked once: then nothing was made.
 */
export interface PrivateCa {
  /** Returns the certificate's ARN, before there is a certificate. */
  issue(order: CertificateOrder): Promise<string>;
  /** The certificate as PEM, or undefined while it is being made. */
  collect(certificateArn: string): Promise<string | undefined>;
  /** Revokes by serial number, in the form of lambda/serial-number.ts; nothing happens if it was revoked before. */
  revoke(serialHex: string): Promise<void>;
  /** PEM of the CA's certificate, then of its chain. */
  chain(): Promise<string>;
}

/** A request as Microsoft knows it: the same in every call about it, so that they are of one transaction there. */
export interface IntuneRequest {
  /** The SCEP transactionID, verbatim. */
  readonly transactionId: string;
  /** The PKCS#10 as it came: Intune's challenge is inside, and Intune reads these bytes. Secret. */
  readonly certificateRequest: Uint8Array;
}

/** What Microsoft said. A refusal's code is a word of Microsoft's (lambda/intune/codes.ts has those that are known). */
export type IntuneVerdict = 'granted' | { readonly refused: string };

/** Why nothing was issued, as the Intune console shows it. */
export interface IntuneFailure {
  /** An HRESULT as a signed 32-bit integer (lambda/issuance/intune-failure.ts). */
  readonly hResult: number;
  /** 1 to 255 characters; longer text is cut. */
  readonly errorDescription: string;
}

/**
 * Microsoft Intune, which made the challenge. Whatever is not a verdict is thrown: an outage grants nothing and refuses
 * nothing. In this order: `validate`, then issue, then `notifySuccess`, and only then may the device have its certificate.
 */
export interface Intune {
  /** Whether the challenge inside the request is good, and good for what the request says. */
  validate(request: IntuneRequest): Promise<IntuneVerdict>;
  /** Tells of a certificate (DER). `refused` is final: the certificate must not be handed out, and be revoked. */
  notifySuccess(request: IntuneRequest, certificate: Uint8Array): Promise<IntuneVerdict>;
  /** Tells of a failure of ours behind a granted `validate`; never of a refusal or outage of Intune's own. */
  notifyFailure(request: IntuneRequest, failure: IntuneFailure): Promise<IntuneVerdict>;
}

/** A certificate that Intune wants revoked. */
export interface RevocationRequest {
  /** Names the request in the result; opaque. */
  readonly requestContext: string;
  /** In hex, as it was once told in `notifySuccess`, in any case and with or without leading zeros. */
  readonly serialNumber: string;
  readonly issuerName?: string;
  /** What `notifySuccess` named as the CA's configuration. */
  readonly caConfiguration?: string;
}

/** What became of a revocation request. */
export type RevocationResult =
  | { readonly requestContext: string; readonly succeeded: true }
  | {
      readonly requestContext: string;
      readonly succeeded: false;
      readonly error: 'certificateNotFound' | 'notSupported';
    };

/** Intune's queue of revocations. Whether it gives again what nobody answered, nobody documents: keep what it gave. */
export interface IntuneRevocations {
  /** At most `limit` (1 to 500) requests, of every CA of the tenant. */
  downloadRevocations(limit: number): Promise<readonly RevocationRequest[]>;
  /** False where Intune took none of them. */
  uploadRevocationResults(results: readonly RevocationResult[]): Promise<boolean>;
}

/** A revocation request as it is kept until Intune has its result. */
export interface PendingRevocation {
  readonly request: RevocationRequest;
  readonly result?: RevocationResult;
}

/** What was downloaded and is not answered yet: it survives a crash. Entries are named by their `requestContext`. */
export interface RevocationJournal {
  /** Keeps a request; one that was answered and comes again is open again, with the result it had. */
  open(request: RevocationRequest): Promise<void>;
  /** At most `limit` open ones, the oldest first. */
  pending(limit: number): Promise<readonly PendingRevocation[]>;
  /** Keeps the result; the first one stands. */
  record(result: RevocationResult): Promise<void>;
  /** Intune has the result. */
  close(requestContext: string): Promise<void>;
}

/** A certificate as it is recorded: of which enrolment, and for how long it matters. */
interface RecordedCertificate extends Generation {
  /** In the form of lambda/serial-number.ts. */
  readonly serialHex: string;
  readonly notAfterSeconds: number;
}

/** A certificate of this connector, found by its serial number. */
export interface IssuedSerial {
  /** In the form of lambda/serial-number.ts. */
  readonly serialHex: string;
  readonly revokedAtSeconds?: number;
}

/** The certificates this connector issued, and no others of its CA: a tenant must not reach another's. */
export interface IssuedCertificates {
  /** Before anybody else hears of it, and as often as it is told; a mark that it is revoked stays. */
  record(certificate: RecordedCertificate): Promise<void>;
  /** Consistent. By the serial number in the form of lambda/serial-number.ts. */
  find(serialKey: string): Promise<IssuedSerial | undefined>;
  /** Of its enrolment too, so that its holder, asking again, gets another one; the first time stands. */
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
