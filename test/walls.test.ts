import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** The packages and folders that an entry point pulls in. */
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

describe('the walls', () => {
  it('keep AWS and middy out of everything the flow reaches', async () => {
    const inputs = await reachableFrom('lambda/enrolment.ts');
    expect(inputs).toContain('lambda/message/open-envelope.ts');
    expect(
      inputs.filter((input) => /@aws-sdk|@smithy|middy|lambda\/(aws|handlers)\//.test(input)),
    ).toEqual([]);
  });

  it('keep AWS and middy out of what the issuance tasks reach', async () => {
    for (const task of ['issue', 'collect', 'lint', 'notify', 'settle']) {
      const inputs = await reachableFrom(`lambda/issuance/${task}.ts`);
      expect(
        inputs.filter((input) => /@aws-sdk|@smithy|middy|lambda\/(aws|handlers)\//.test(input)),
      ).toEqual([]);
    }
  });

  it('keep pkijs off the hot path: it is for what is not in a hurry', async () => {
    const inputs = await reachableFrom('lambda/enrolment.ts');
    expect(inputs.filter((input) => /pkijs|webcrypto/.test(input))).toEqual([]);
  });

  it('are written down for every room of lambda', () => {
    const { overrides } = JSON.parse(readFileSync('biome.json', 'utf8')) as {
      overrides: { includes: string[] }[];
    };
    const walled = overrides.flatMap(({ includes }) => includes).join(' ');
    for (const room of [
      'asn1',
      'http',
      'message',
      'policy',
      'issuance',
      'admin',
      'intune',
      'revocation',
      'aws',
      'handlers',
    ])
      expect(walled).toContain(`lambda/${room}/**`);
  });
});
