import { createHash } from 'node:crypto';
import type { IssuedCertificate } from '../asn1/issued-certificate.ts';
import { type Attempt, formatAttemptId } from '../core/attempt.ts';
import type { RecordedCertificate } from '../ports/attempts.ts';

/** The serial record of a certificate. One that a challenge authorised starts its own line. */
export const toRecordedCertificate = (
  { der, serialHex, notBeforeSeconds, notAfterSeconds }: IssuedCertificate,
  certificateArn: string,
  { row }: { readonly row: Attempt },
): RecordedCertificate => ({
  enrolmentId: row.enrolmentId,
  attempt: row.attempt,
  serialHex,
  sha256: createHash('sha256').update(der).digest('hex'),
  certificateArn,
  notBeforeSeconds,
  notAfterSeconds,
  line: formatAttemptId(row),
});
