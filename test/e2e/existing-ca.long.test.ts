/**
 * `npm start` of an app with an existing CA: it is described, and one that fits not ends the start.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startLocalStack } from '../../lib/local/stack.ts';
import { synthesize } from '../../lib/local/synthesize.ts';

const projectDirectory = join(import.meta.dirname, '../..');
const timeout = 120_000;

/** Starts the app with this second connector, `<Region> <usage mode> <signing algorithm>`. */
async function start(second?: string) {
  const directory = mkdtempSync(join(tmpdir(), 'scep-existing-ca-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const assembly = join(directory, 'assembly');
  if (second !== undefined) process.env.SECOND_CONNECTOR = second;
  onTestFinished(() => void delete process.env.SECOND_CONNECTOR);
  await synthesize({
    projectDirectory,
    app: 'test/e2e/existing-ca/app.ts',
    outputDirectory: assembly,
  });
  const stack = await startLocalStack({ assembly, stateDirectory: join(directory, 'state') });
  onTestFinished(stack.stop);
  return stack;
}

describe('npm start with an existing CA', () => {
  it('describes it, and serves certificates of it', { timeout }, async () => {
    const stack = await start('eu-west-1 SHORT_LIVED_CERTIFICATE SHA384WITHECDSA');
    const end = Date.parse(String(stack.outputs.LaptopsCertificateAuthorityEnd));
    expect((end - Date.now()) / 86_400_000).toBeGreaterThan(3_600);
    for (const connector of ['laptops', 'printers']) {
      const answer = await fetch(`${stack.deviceUrl}/scep/${connector}?operation=GetCACert`);
      expect(answer.status).toBe(200);
    }
  });

  it.each([
    ['eu-west-1 SHORT_LIVED_CERTIFICATE SHA256WITHRSA', 'Give SHA256WITHECDSA, SHA384WITHECDSA'],
    ['eu-west-1 GENERAL_PURPOSE SHA256WITHECDSA', 'Declare SHORT_LIVED_CERTIFICATE.'],
    ['us-west-2 SHORT_LIVED_CERTIFICATE SHA256WITHECDSA', 'is in us-west-2, and the connector'],
  ])('ends over a second connector of %s', { timeout }, async (second, sentence) => {
    await expect(start(second)).rejects.toThrow(sentence);
  });
});
