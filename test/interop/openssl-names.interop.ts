/** Compares our parser of names with OpenSSL's. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { read } from '../../lambda/asn1/read.ts';
import { strict } from '../../lambda/asn1/strings.ts';
import {
  type AlternativeName,
  readAlternativeNames,
  readNameAttributes,
} from '../../lambda/message/names.ts';
import { buildCsr } from '../support/kit/csr.ts';
import { sequence } from '../support/kit/der.ts';
import { subjectAltName } from '../support/kit/extensions.ts';
import { rsaKey } from '../support/kit/keys.ts';
import {
  encodedSubject,
  type WrittenSubject,
  wellFormedGeneralNames,
  wellFormedSubjects,
} from '../support/kit/well-formed-names.ts';
import { type OpensslNames, readByOpenssl } from './openssl-names.ts';
import { describeWith } from './tools.ts';

const seed = 8894;
const count = 1000;

interface Request {
  readonly subject: WrittenSubject;
  readonly generalNames: readonly Uint8Array[];
}

const requests: readonly Request[] = fc.sample(
  fc.record({ subject: wellFormedSubjects, generalNames: wellFormedGeneralNames }),
  { seed, numRuns: count },
);

/** A short key is enough, because no signature is verified. */
const csrOf = ({ subject, generalNames }: Request): Uint8Array =>
  buildCsr({
    key: rsaKey(1024),
    subject: encodedSubject(subject),
    extensions: generalNames.length > 0 ? [subjectAltName(generalNames)] : [],
  });

/** The subject according to our parser. */
function ourSubject(csr: Uint8Array) {
  const subject = read(csr).children[0]?.children[1];
  if (subject === undefined) throw new Error('not a CSR');
  return readNameAttributes(subject, strict).map(({ oid, text, rdn }) => ({ oid, text, rdn }));
}

/** A name of our parser in OpenSSL's form. Names that no profile can allow are one kind. */
const opensslWords: Readonly<Record<AlternativeName['kind'], string>> = {
  dns: 'DNS:',
  email: 'email:',
  uri: 'URI:',
  ip: 'IP Address:',
  upn: 'othername: UPN::',
  other: 'other',
};

const ourAlternativeNames = (generalNames: readonly Uint8Array[]): readonly string[] =>
  generalNames.length === 0
    ? []
    : readAlternativeNames(sequence(...generalNames)).map(
        ({ kind, text }) => `${opensslWords[kind]}${kind === 'ip' ? text.toUpperCase() : text}`,
      );

const otherKinds = /^(othername:(?! UPN::)|DirName:|Registered ID:)/;
const theirAlternativeNames = ({ alternativeNames }: OpensslNames): readonly string[] =>
  alternativeNames.map((text) => (otherKinds.test(text) ? 'other' : text));

describeWith(['openssl'], 'our parser of names, compared with OpenSSL', () => {
  let directory: string;
  let csrs: readonly Uint8Array[];
  let theirs: readonly OpensslNames[];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'openssl-names-'));
    csrs = requests.map(csrOf);
    theirs = await readByOpenssl(csrs, directory);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it(`reads the same subjects in ${count} requests, as the test wrote them`, () => {
    expect(theirs).toHaveLength(count);
    requests.forEach(({ subject }, index) => {
      const written = subject.flatMap((attributes, rdn) =>
        attributes.map(({ oid, text }) => ({ oid, text, rdn })),
      );
      expect(theirs[index]?.subject).toEqual(written);
      expect(ourSubject(csrs[index] ?? new Uint8Array())).toEqual(written);
    });
  });

  it('reads the same alternative names', () => {
    requests.forEach(({ generalNames }, index) => {
      const names = theirs[index];
      expect(ourAlternativeNames(generalNames)).toEqual(names && theirAlternativeNames(names));
    });
  });
});
