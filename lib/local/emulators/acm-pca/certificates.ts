/** The issued certificates of the local ACM PCA: a journal on disk, and its lookups. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { appendToJournal, readJournal, rewriteJournal } from '../../stored-json.ts';

/**
 * An issued certificate. GetCertificate does not return it before `availableAt`. Times are in
 * milliseconds.
 */
export interface IssuedCertificate {
  readonly kind: 'issued';
  readonly arn: string;
  readonly authorityArn: string;
  readonly pem: string;
  readonly issuedAt: number;
  readonly availableAt: number;
  readonly idempotencyToken?: string;
}

interface Revocation {
  readonly kind: 'revoked';
  readonly arn: string;
  readonly reason: string;
  readonly revokedAt: number;
}

/** The certificates of one state directory. */
export interface Certificates {
  readonly find: (arn: string) => IssuedCertificate | undefined;
  /** Finds the last certificate that was issued for a token. */
  readonly findByToken: (authorityArn: string, token: string) => IssuedCertificate | undefined;
  readonly add: (certificate: IssuedCertificate) => void;
  readonly revoke: (revocation: Omit<Revocation, 'kind'>) => void;
  readonly isRevoked: (arn: string) => boolean;
}

const formatTokenKey = (authorityArn: string, token: string): string => `${authorityArn} ${token}`;

/** Opens the journal of a directory, which is created if it is missing. */
export const openCertificates = (directory: string): Certificates => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'certificates.jsonl');
  const issued = new Map<string, IssuedCertificate>();
  const byToken = new Map<string, IssuedCertificate>();
  const revoked = new Set<string>();

  const index = (entry: IssuedCertificate | Revocation): void => {
    if (entry.kind === 'revoked') {
      revoked.add(entry.arn);
      return;
    }
    issued.set(entry.arn, entry);
    if (entry.idempotencyToken) {
      byToken.set(formatTokenKey(entry.authorityArn, entry.idempotencyToken), entry);
    }
  };
  const record = (entry: IssuedCertificate | Revocation): void => {
    appendToJournal(path, entry);
    index(entry);
  };

  const entries = readJournal<IssuedCertificate | Revocation>(path);
  rewriteJournal(path, entries);
  entries.forEach(index);
  return {
    find: (arn) => issued.get(arn),
    findByToken: (authorityArn, token) => byToken.get(formatTokenKey(authorityArn, token)),
    add: record,
    revoke: (revocation) => record({ kind: 'revoked', ...revocation }),
    isRevoked: (arn) => revoked.has(arn),
  };
};
