/** Rows, challenges and certificates for the contracts, each with a new enrolment. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { RecordedCertificate, Settlement } from '../../lambda/ports/attempts.ts';
import type { ChallengeRecord } from '../../lambda/ports/challenges.ts';
import type {
  Claim,
  EnrolmentRow,
  GrantedState,
  IssuedState,
  RefusedState,
} from '../../lambda/ports/enrolments.ts';
import { now, type Stores } from './stores.ts';

/** The id of an enrolment without stored items. */
export const newEnrolmentId = (): string => randomBytes(32).toString('hex');

export type GrantedRow = EnrolmentRow & { readonly state: GrantedState };

/** A newly granted row. */
export const grantedRow = (terms: Partial<GrantedRow> = {}): GrantedRow => ({
  connectorId: 'test',
  enrolmentId: newEnrolmentId(),
  attempt: 1,
  grantedAtSeconds: now,
  subject: 'CN=device',
  challengeId: 'one',
  transactionId: 'a transaction',
  state: { status: 'granted', sealedGrant: Uint8Array.of(7, 7) },
  ...terms,
});

/** A challenge; a counted one if `uses` is given. */
export const challenge = (
  uses: number | undefined,
  terms: Partial<ChallengeRecord> = {},
): ChallengeRecord => ({
  id: `test#${randomUUID()}`,
  connectorId: 'test',
  challengeId: 'one',
  sealedPassword: Uint8Array.of(1, 2, 3),
  createdAtSeconds: now,
  ...(uses !== undefined && { maxUses: uses, usesLeft: uses }),
  ...terms,
});

/** Creates a challenge and returns its key. */
export async function created(
  { register }: Stores,
  uses: number | undefined,
  terms: Partial<ChallengeRecord> = {},
): Promise<string> {
  const record = challenge(uses, terms);
  await register.create(record);
  return record.id;
}

/** Claims a row; by default as a first attempt without a counted challenge. */
export async function claimed(
  { enrolments }: Stores,
  row: GrantedRow = grantedRow(),
  terms: Partial<Claim> = {},
): Promise<GrantedRow> {
  const result = await enrolments.claim({ row, nowSeconds: now, ...terms });
  if (result !== 'claimed') throw new Error(`not claimed: ${JSON.stringify(result)}`);
  return row;
}

/**
 * The record of an attempt's certificate. Its serial number begins with a zero, which its key
 * keeps.
 */
export const certificateOf = (
  { enrolmentId, attempt }: Pick<EnrolmentRow, 'enrolmentId' | 'attempt'>,
  terms: Partial<RecordedCertificate> = {},
): RecordedCertificate => ({
  enrolmentId,
  attempt,
  serialHex: `0a${randomBytes(8).toString('hex')}`,
  sha256: 'ab'.repeat(32),
  certificateArn: `arn:ca/certificate/${enrolmentId.slice(0, 8)}-${attempt}`,
  notBeforeSeconds: now - 3600,
  notAfterSeconds: now + 7 * 86_400,
  line: `${enrolmentId}-1`,
  ...terms,
});

/** The state of a row with a handed-out certificate. */
export const issuedState = (certificate: RecordedCertificate): IssuedState => ({
  status: 'issued',
  certificateArn: certificate.certificateArn,
  serialHex: certificate.serialHex,
  sealedCertificate: Uint8Array.of(9, 9),
  notBeforeSeconds: certificate.notBeforeSeconds,
  notAfterSeconds: certificate.notAfterSeconds,
});

/** A settlement that hands a certificate out. */
export const issuing = (certificate: RecordedCertificate): Settlement => ({
  enrolmentId: certificate.enrolmentId,
  attempt: certificate.attempt,
  basis: 'unknown',
  state: issuedState(certificate),
  certificate,
  nowMilliseconds: now * 1000,
});

/** A settlement that refuses. */
export const refusing = (
  { enrolmentId, attempt }: Pick<EnrolmentRow, 'enrolmentId' | 'attempt'>,
  terms: Partial<Settlement> = {},
  state: Partial<RefusedState> = {},
): Settlement => ({
  enrolmentId,
  attempt,
  basis: 'unknown',
  state: { status: 'refused', code: 'CertificateRefused', ...state },
  ...(state.search && { searchDueAtSeconds: now + 900 }),
  nowMilliseconds: now * 1000,
  ...terms,
});

/** A settlement that withholds a certificate, so that it is revoked. */
export const withholding = (certificate: RecordedCertificate): Settlement => ({
  ...refusing(certificate, {}, { code: 'CertificateMismatch', serialHex: certificate.serialHex }),
  certificate: { ...certificate, withheldFor: 'CertificateMismatch' },
});

/** Converts octets to numbers, so that values can be compared. */
export const plain = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : JSON.parse(
        JSON.stringify(value, (_, one) => (one instanceof Uint8Array ? Array.from(one) : one)),
      );
