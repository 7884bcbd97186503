/**
 * The import boundaries of lambda/: what an entry point reaches in a bundle, and what each room may
 * name.
 */
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** The files and packages that an entry point pulls in. Types are erased. */
async function reachableFrom(entry: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
  });
  return Object.keys(metafile.inputs);
}

const aws = /@aws-sdk|@smithy|middy|(^|\/)(aws|handlers)\//;

/** The modules without input or output, by what starts there. */
const flows = [
  ['a request of a device', 'lambda/http/answer.ts'],
  ['a PKIOperation', 'lambda/scep/answer-pki-message.ts'],
  ['a round of an attempt', 'lambda/issuance/certify.ts'],
  ['the dispatcher', 'lambda/issuance/dispatch.ts'],
  ['the finder', 'lambda/issuance/find-lost.ts'],
  ['the revocation of withheld certificates', 'lambda/revocation/revoke-withheld.ts'],
  ['the revocation that Intune requests', 'lambda/revocation/revoke-requested.ts'],
  ['a rotation of the RA', 'lambda/ra/rotate.ts'],
  ['a call of the admin API', 'lambda/admin/api/answer.ts'],
] as const;

describe('the import boundaries', () => {
  it.each(flows)('keep AWS and middy out of everything that %s reaches', async (_, entry) => {
    const inputs = await reachableFrom(entry);
    expect(inputs).toContain(entry);
    expect(inputs.filter((input) => aws.test(input))).toEqual([]);
  });

  it('let a PKIOperation reach what opens envelopes, and nothing that issues', async () => {
    const inputs = await reachableFrom('lambda/scep/answer-pki-message.ts');
    expect(inputs).toContain('lambda/message/open-envelope.ts');
    expect(
      inputs.filter((input) => /lambda\/(issuance|rotation|revocation)\//.test(input)),
    ).toEqual([]);
  });

  it('let the scep function, adapters included, reach no client of the CA', async () => {
    const inputs = await reachableFrom('lambda/handlers/scep.ts');
    expect(inputs).toContain('lambda/aws/dynamo-enrolments.ts');
    expect(
      inputs.filter((input) => /client-acm-pca|private-ca|lambda\/issuance\//.test(input)),
    ).toEqual([]);
  });

  it('let Certify reach the Grant, and nothing that opens envelopes or answers requests', async () => {
    const inputs = await reachableFrom('lambda/issuance/certify.ts');
    expect(inputs).toContain('lambda/policy/grant.ts');
    expect(
      inputs.filter((input) => /lambda\/(http|scep|admin)\/|envelope|signed-data/.test(input)),
    ).toEqual([]);
  });

  it('let the emulated CA reach its model and nothing of the functions', async () => {
    const inputs = await reachableFrom('lib/local/emulators/acm-pca.ts');
    expect(inputs).toContain('lib/local/emulators/service-model.ts');
    expect(inputs.filter((input) => input.startsWith('lambda/'))).toEqual([]);
  });

  it('keep pkijs out of the request path: it is not fast enough there', async () => {
    const inputs = await reachableFrom('lambda/http/answer.ts');
    expect(inputs.filter((input) => /pkijs|webcrypto/.test(input))).toEqual([]);
  });
});
