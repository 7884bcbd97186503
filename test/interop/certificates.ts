/** The judge of certificates: OpenSSL, and the CA's fingerprint as `npm start` told it. */
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCaCert } from '../../lib/scep-client/ca-certificates.ts';
import { run } from './command.ts';
import type { StackFacts } from './stack.ts';

/**
 * Writes the certificate of the stack's CA, as GetCACert gives it; refuses one of another
 * fingerprint.
 */
export const writeCaFile = async (facts: StackFacts, directory: string): Promise<string> => {
  const server = { url: new URL(facts.scepUrl) };
  const { chain } = await getCaCert(server, facts.caFingerprintSha256);
  const path = join(directory, 'ca.pem');
  writeFileSync(path, chain[0].toString());
  return path;
};

/**
 * What `openssl verify` says of a certificate: `OK` where it chains to the CA, for the purpose of a
 * TLS client.
 */
export const verdictOnCertificate = async (caFile: string, path: string): Promise<string> => {
  const args = ['verify', '-x509_strict', '-purpose', 'sslclient', '-CAfile', caFile, path];
  const { stdout, stderr } = await run('openssl', args);
  return stdout.replace(`${path}: `, '').trim() || stderr;
};

/** A line of the CA's journal. */
type Entry =
  | { readonly kind: 'issued'; readonly arn: string; readonly pem: string }
  | { readonly kind: 'revoked'; readonly arn: string };

const journalOf = ({ stateDirectory }: StackFacts): readonly Entry[] =>
  readFileSync(join(stateDirectory, 'acm-pca', 'certificates.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Entry);

/** The subjects of all that the stack's CA ever issued. */
export const issuedSubjectsOf = (facts: StackFacts): readonly string[] =>
  journalOf(facts).flatMap((entry) =>
    entry.kind === 'issued' ? [new X509Certificate(entry.pem).subject] : [],
  );

/** The serial numbers of all that the stack's CA ever revoked, as certificates show theirs. */
export const revokedSerialsOf = (facts: StackFacts): readonly string[] =>
  journalOf(facts).flatMap(({ kind, arn }) =>
    kind === 'revoked' ? [(arn.split('/').at(-1) ?? '').toUpperCase()] : [],
  );

/** Reads a certificate in PEM. */
export const certificateIn = (path: string): X509Certificate =>
  new X509Certificate(readFileSync(path));

/** Its SHA-256 in lower-case hexadecimal, as `run.json` has the CA's. */
export const fingerprintIn = (path: string): string =>
  certificateIn(path).fingerprint256.replaceAll(':', '').toLowerCase();
