/**
 * The import boundaries of lambda/: what an entry point reaches in a bundle, and what each room may
 * name.
 */
import { readdirSync, readFileSync } from 'node:fs';
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

/** The modules that a source names in its imports, types included. */
const importedBy = (path: string): readonly string[] =>
  [...readFileSync(path, 'utf8').matchAll(/(?:from|import\() ?'([^']+)'/g)].map(
    ([, module = '']) => module,
  );

const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`);

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
  ['a rotation of the RA', 'lambda/rotation/rotate.ts'],
  ['a call of the admin API', 'lambda/admin/answer.ts'],
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

  it('keep AWS out of the ports and of what an attempt is', () => {
    const files = [...sourcesIn('lambda/ports'), 'lambda/ports', 'lambda/attempt.ts'];
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((file) => importedBy(file).some((module) => aws.test(module)))).toEqual([]);
  });

  it('keep the flows out of the adapters: an adapter implements a port', () => {
    const files = sourcesIn('lambda/aws');
    expect(files.length).toBeGreaterThan(30);
    expect(
      files.filter((file) =>
        importedBy(file).some((module) => /\/(scep|issuance|http|admin)\//.test(module)),
      ),
    ).toEqual([]);
  });
});

interface Override {
  readonly includes: readonly string[];
  readonly linter: {
    readonly rules: {
      readonly style: {
        readonly noRestrictedImports: {
          readonly options: { readonly patterns: readonly { readonly group: readonly string[] }[] };
        };
      };
    };
  };
}

const { overrides } = JSON.parse(readFileSync('biome.json', 'utf8')) as {
  readonly overrides: readonly Override[];
};

/**
 * The modules that a place of lambda/ may not import. A later override of Biome replaces an earlier
 * one, so one is wanted.
 */
function forbiddenIn(glob: string): readonly string[] {
  const own = overrides.filter(({ includes }) => includes.includes(glob));
  expect(own, `${glob} has one override`).toHaveLength(1);
  return own.flatMap(({ linter }) =>
    linter.rules.style.noRestrictedImports.options.patterns.flatMap(({ group }) => group),
  );
}

const rooms = readdirSync('lambda', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe('the linter’s boundaries', () => {
  it.each(rooms)('are there for lambda/%s, which never imports CDK', (room) => {
    expect(forbiddenIn(`lambda/${room}/**`)).toContain('aws-cdk-lib');
  });

  it.each(rooms.filter((room) => !['aws', 'handlers'].includes(room)))(
    'keep AWS out of lambda/%s',
    (room) => {
      expect(forbiddenIn(`lambda/${room}/**`)).toEqual(
        expect.arrayContaining(['@aws-sdk/*', '@middy/*', '**/aws/*', '**/handlers/*']),
      );
    },
  );

  it('keep AWS out of the files that every room shares', () => {
    expect(forbiddenIn('lambda/*.ts')).toContain('@aws-sdk/*');
  });
});
