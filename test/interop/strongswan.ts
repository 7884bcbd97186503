/** strongSwan's `pki`, as its manual page has it used. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, run, runOrThrow } from './command.ts';
import type { StackFacts } from './stack.ts';
import { asSecret } from './traces.ts';

/** The CA's and the RA's certificates, as `pki --scepca` wrote them. */
export interface FetchedCertificates {
  readonly caFile: string;
  readonly raFile: string;
}

/** `pki --scepca`: fetches both certificates. */
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

/** `pki --scep` with a new key. The certificate is there if it gave one. */
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
