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

  it('reports the state MONITORING for its request', () => {
    expect(ended.stdout).toContain('status: MONITORING');
    expect(ended.stdout).toContain('stuck: no');
  });

  it('gets a certificate that openssl verify accepts', async () => {
    const caFile = await writeCaFile(facts, home);
    expect(certificateIn(ended.certificateFile).issuer).toBe(certificateIn(caFile).subject);
    expect(await verdictOnCertificate(caFile, ended.certificateFile)).toBe('OK');
  });

  it('gets the requested names', () => {
    const { subject, subjectAltName } = certificateIn(ended.certificateFile);
    expect(subject).toBe('CN=certmonger');
    expect(subjectAltName).toBe('DNS:certmonger.example.com');
  });
});
