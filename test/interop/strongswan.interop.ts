import { beforeAll, expect, inject, it } from 'vitest';
import { certificateIn, fingerprintIn, verdictOnCertificate } from './certificates.ts';
import { clientDirectory } from './stack.ts';
import { enrolByStrongSwan, type FetchedCertificates, fetchCaCertificates } from './strongswan.ts';
import { describeWith } from './tools.ts';
import { accessLinesOf } from './traces.ts';

const facts = inject('sharedStack');

describeWith(['pki', 'openssl'], 'strongSwan', () => {
  const directory = clientDirectory(facts, 'strongswan');
  let fetched: FetchedCertificates;

  beforeAll(async () => {
    fetched = await fetchCaCertificates(facts, directory);
  });

  it('fetches the CA of npm start, and an RA that this CA issued', async () => {
    expect(fingerprintIn(fetched.caFile)).toBe(facts.caFingerprintSha256);
    expect(certificateIn(fetched.raFile).checkIssued(certificateIn(fetched.caFile))).toBe(true);
  });

  it('gets a certificate that openssl verify accepts', async () => {
    const request = { directory, commonName: 'swan', ...fetched };
    const { certificateFile } = await enrolByStrongSwan(facts, request);
    expect(await verdictOnCertificate(fetched.caFile, certificateFile)).toBe('OK');
    expect(certificateIn(certificateFile).subject).toBe('C=CH\nO=Example\nCN=swan');
  });

  it('gets the requested DNS name', async () => {
    const dnsName = 'swan.example.com';
    const request = { directory, commonName: 'named-swan', dnsName, ...fetched };
    const { certificateFile } = await enrolByStrongSwan(facts, request);
    expect(certificateIn(certificateFile).subjectAltName).toBe('DNS:swan.example.com');
  });

  it('is refused a DNS name outside the profile', async () => {
    const dnsName = 'swan.example.net';
    const request = { directory, commonName: 'stray-swan', dnsName, ...fetched };
    const { exitCode, stderr } = await enrolByStrongSwan(facts, request);
    expect(stderr).toContain('failInfo:     badRequest');
    expect(exitCode).toBe(1);
  });

  it('reads a signed FAILURE for a wrong challenge', async () => {
    const challenge = 'ZZZZWRONG7CHALLENGE';
    const request = { directory, commonName: 'wrong-swan', challenge, ...fetched };
    const { exitCode, stdout, stderr } = await enrolByStrongSwan(facts, request);
    expect(stderr).toContain('failInfo:     badRequest');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  });

  it('sends its requests by POST', () => {
    // Only strongSwan posts without a user agent. certmonger also omits it, but sends GETs.
    const posts = accessLinesOf(facts).filter((line) => line.userAgent === '-');
    expect(posts.map(({ method }) => method)).toContain('POST');
  });
});
