/** A thousand seeded CSRs: every name that we read is what OpenSSL reads in the same octets. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readCertificationRequest } from '../../lambda/message/certification-request.ts';
import { type Enrolment, enrolmentOf } from '../../lambda/message/enrolment.ts';
import type { AlternativeName } from '../../lambda/message/names.ts';
import type { PkiMessage } from '../../lambda/message/pki-message.ts';
import { buildCsr } from '../kit/csr.ts';
import { subjectAltName } from '../kit/extensions.ts';
import { rsaKey } from '../kit/keys.ts';
import { randomGeneralNames, randomSubjects } from '../kit/random-names.ts';
import { describeWith } from './tools.ts';

const key = rsaKey();
const requests = 1000;

/** What we read; undefined for a request that we refuse. */
function ourReading(csr: Uint8Array): Enrolment | undefined {
  const signer = { subjectPublicKeyInfo: key.spki };
  const message = { replyTo: { transactionId: 'one', signer } } as unknown as PkiMessage;
  try {
    return enrolmentOf('test', message, readCertificationRequest(csr));
  } catch (error) {
    if ((error as Error).name === 'Refusal') return undefined;
    throw error;
  }
}

/** What `openssl req` prints: the subject by OIDs, and the text of the request. */
function opensslReading(csr: Uint8Array): { readonly subject: string; readonly text: string } {
  const args = ['req', '-inform', 'DER', '-noout', '-subject', '-text'];
  const options = [
    '-nameopt',
    'sep_multiline,utf8,esc_ctrl,oid',
    '-reqopt',
    'no_pubkey,no_sigdump',
  ];
  const { stdout, status, stderr } = spawnSync('openssl', [...args, ...options], { input: csr });
  expect([status, String(stderr)]).toEqual([0, '']);
  const printed = stdout.toString('utf8');
  const at = printed.lastIndexOf('\nsubject=');
  // OpenSSL 3.0 writes two colons behind UPN, later ones write one.
  const text = printed.slice(0, at).replaceAll('othername: UPN::', 'othername: UPN:');
  return { subject: printed.slice(at + 1), text };
}

/** As OpenSSL writes a value under `esc_ctrl`. */
const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: OpenSSL escapes these and no other.
    .replace(/[\x00-\x1f\x7f]/g, (control) => {
      const digits = control.charCodeAt(0).toString(16).toUpperCase();
      return `\\${digits.padStart(2, '0')}`;
    });

function subjectLines({ subject }: Enrolment): readonly string[] {
  const rdns = new Map<number, string[]>();
  for (const { oid, text, rdn } of subject)
    rdns.set(rdn, [...(rdns.get(rdn) ?? []), `${oid}=${escaped(text)}`]);
  return [...rdns.values()].map((values) => values.join(' + '));
}

const written: Readonly<Record<AlternativeName['kind'], string>> = {
  dns: 'DNS:',
  email: 'email:',
  uri: 'URI:',
  ip: 'IP Address:',
  upn: 'othername: UPN:',
  other: '',
};

const namesLine = ({ alternativeNames }: Enrolment): string =>
  alternativeNames
    .map(({ kind, text }) => `${written[kind]}${kind === 'ip' ? text.toUpperCase() : text}`)
    .join(', ');

describeWith(['openssl'], 'names of a thousand requests', () => {
  it('are read as OpenSSL reads them', () => {
    const subjects = fc.sample(randomSubjects, { seed: 1, numRuns: requests });
    const names = fc.sample(randomGeneralNames, { seed: 2, numRuns: requests });
    let compared = 0;
    for (const [at, subject] of subjects.entries()) {
      const extensions = [subjectAltName([names[at] ?? new Uint8Array()])];
      const csr = buildCsr({ key, subject, extensions });
      const ours = ourReading(csr);
      if (ours === undefined) continue;
      compared += 1;
      const theirs = opensslReading(csr);
      const lines = theirs.subject.split('\n').map((line) => line.replace(/^ {4}/, ''));
      expect(lines.slice(1).filter(Boolean)).toEqual(subjectLines(ours));
      const [asked] = ours.alternativeNames;
      // OpenSSL prints a name with control characters, which no profile allows, as octets.
      if (asked?.kind !== 'other' && !/\p{C}/u.test(asked?.text ?? ''))
        expect(theirs.text).toContain(namesLine(ours));
    }
    expect(compared).toBeGreaterThan(requests / 4);
  }, 300_000);
});
