/** Checks certificates with OpenSSL and the CA's fingerprint from `npm start`. */
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCaCert } from '../../lib/scep-client/ca-certificates.ts';
import { run } from './command.ts';
import type { StackFacts } from './stack.ts';

/** Writes the CA certificate of GetCACert to a file. Throws if it has another fingerprint. */
export const writeCaFile = async (facts: StackFacts, directory: string): Promise<string> => {
  const server = { url: new URL(facts.scepUrl) };
  const { chain } = await getCaCert(server, facts.caFingerprintSha256);
  const path = join(directory, 'ca.pem');
  writeFileSync(path, chain[0].toString());
  return path;
};

/** Runs `openssl verify` for a TLS client. Returns `OK` if the certificate chains to the CA. */
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

/** The subjects of all certificates that the stack's CA has issued. */
export const issuedSubjectsOf = (facts: StackFacts): readonly string[] =>
  journalOf(facts).flatMap((entry) =>
    entry.kind === 'issued' ? [new X509Certificate(entry.pem).subject] : [],
  );

/** The serial numbers of all revoked certificates, in the form of X509Certificate. */
export const revokedSerialsOf = (facts: StackFacts): readonly string[] =>
  journalOf(facts).flatMap(({ kind, arn }) =>
    kind === 'revoked' ? [(arn.split('/').at(-1) ?? '').toUpperCase()] : [],
  );

/** Reads a certificate in PEM. */
export const certificateIn = (path: string): X509Certificate =>
  new X509Certificate(readFileSync(path));

/** Reads its SHA-256 in lower-case hexadecimal, the form in run.json. */
export const fingerprintIn = (path: string): string =>
  certificateIn(path).fingerprint256.replaceAll(':', '').toLowerCase();
