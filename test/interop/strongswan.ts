/** Runs strongSwan's `pki` as in its manual page. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, run, runOrThrow } from './command.ts';
import type { StackFacts } from './stack.ts';
import { asSecret } from './traces.ts';

/** The certificate files of the CA and the RA from `pki --scepca`. */
export interface FetchedCertificates {
  readonly caFile: string;
  readonly raFile: string;
}

/** Fetches both certificates with `pki --scepca`. */
export const fetchCaCertificates = async (
  { scepUrl }: StackFacts,
  directory: string,
): Promise<FetchedCertificates> => {
  const caFile = join(directory, 'ca.pem');
  const raFile = join(directory, 'ra.pem');
  const files = ['--caout', caFile, '--raout', raFile, '--force', '--outform', 'pem'];
  await runOrThrow('pki', ['--scepca', '--url', scepUrl, ...files]);
  return { caFile, raFile };
};

interface StrongSwanRequest extends FetchedCertificates {
  readonly directory: string;
  readonly commonName: string;
  readonly dnsName?: string;
  readonly challenge?: string;
  readonly pollIntervalSeconds?: number;
}

/** Enrols a new key with `pki --scep`. The certificate file exists if that succeeded. */
export const enrolByStrongSwan = async (
  facts: StackFacts,
  { directory, commonName, caFile, raFile, ...request }: StrongSwanRequest,
): Promise<Ended & { readonly certificateFile: string }> => {
  const keyFile = join(directory, `${commonName}-key.pem`);
  const key = await runOrThrow('pki', [
    ...['--gen', '--type', 'rsa', '--size', '2048', '--outform', 'pem'],
  ]);
  writeFileSync(keyFile, key);
  const { dnsName, pollIntervalSeconds, challenge = facts.challengePassword } = request;
  const ended = await run('pki', [
    ...['--scep', '--url', facts.scepUrl, '--in', keyFile],
    ...['--dn', `C=CH, O=Example, CN=${commonName}`],
    ...(dnsName ? ['--san', dnsName] : []),
    ...(pollIntervalSeconds ? ['--interval', String(pollIntervalSeconds)] : []),
    ...['--password', asSecret(facts, challenge)],
    ...['--cacert-enc', raFile, '--cacert-sig', raFile, '--cacert', caFile, '--outform', 'pem'],
  ]);
  const certificateFile = join(directory, `${commonName}.pem`);
  if (ended.exitCode === 0) writeFileSync(certificateFile, ended.stdout);
  return { ...ended, certificateFile };
};
