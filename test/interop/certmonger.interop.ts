import { beforeAll, expect, inject, it } from 'vitest';
import { certificateIn, verdictOnCertificate, writeCaFile } from './certificates.ts';
import { type CertmongerEnd, enrolByCertmonger } from './certmonger.ts';
import { clientDirectory } from './stack.ts';
import { describeWith } from './tools.ts';

const facts = inject('sharedStack');

describeWith(['getcert', 'dbus-run-session', 'dbus-send', 'openssl'], 'certmonger', () => {
  const home = clientDirectory(facts, 'certmonger');
  let ended: CertmongerEnd;

  beforeAll(async () => {
    ended = await enrolByCertmonger(facts, home);
  });

  it('ends with its request in MONITORING', () => {
    expect(ended.stdout).toContain('status: MONITORING');
    expect(ended.stdout).toContain('stuck: no');
  });

  it('holds a certificate of our CA that openssl verify accepts', async () => {
    const caFile = await writeCaFile(facts, home);
    expect(certificateIn(ended.certificateFile).issuer).toBe(certificateIn(caFile).subject);
    expect(await verdictOnCertificate(caFile, ended.certificateFile)).toBe('OK');
  });

  it('has the names that it asked for', () => {
    const { subject, subjectAltName } = certificateIn(ended.certificateFile);
    expect(subject).toBe('CN=certmonger');
    expect(subjectAltName).toBe('DNS:certmonger.example.com');
  });
});
