/** Bad declarations as a user types them, through `npx cdk synth`: each names its file and line. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { caArn, root } from './synthesis.ts';

const shared = ['lib', 'lambda', 'node_modules', 'package.json', 'cdk.json'];
const configurations = ['tsconfig.json', 'tsconfig.app.json'];

/**
 * The app of a user who typed `line` into a connector's declaration, and the number of that line.
 */
function appWith(line: string) {
  const text = `import { App, Duration, Stack } from 'aws-cdk-lib';
import { CertificateAuthority } from 'aws-cdk-lib/aws-acmpca';
import { ScepConnector, ScepService } from '../lib/index.ts';

const stack = new Stack(new App(), 'Scep', { env: { region: 'eu-west-1' } });
const service = new ScepService(stack, 'Service');
const ca = CertificateAuthority.fromCertificateAuthorityArn(stack, 'Ca', '${caArn}');
new ScepConnector(stack, 'Laptops', {
  service,
  connectorId: 'laptops',
  certificateAuthority: ca,
  ${line}
});
`;
  const before = text.slice(0, text.indexOf(line));
  return { text, lineNumber: before.split('\n').length };
}

/** What `npx cdk synth` prints for this app, and whether it succeeds. */
async function synth(text: string): Promise<{ readonly ok: boolean; readonly output: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'scep-connector-typed-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const name of [...shared, ...configurations])
    symlinkSync(join(root, name), join(directory, name));
  mkdirSync(join(directory, 'bin'));
  writeFileSync(join(directory, 'bin/scep-connector.ts'), text);
  const run = promisify(execFile)('npx', ['--no-install', 'cdk', 'synth', '--quiet'], {
    cwd: directory,
    env: { ...process.env, NO_COLOR: '1' },
  });
  return run.then(
    ({ stdout, stderr }) => ({ ok: true, output: stdout + stderr }),
    ({ stdout, stderr }) => ({ ok: false, output: stdout + stderr }),
  );
}

/** The typed line, and what the output says about it. */
const typed: readonly [string, RegExp][] = [
  [`profile: { keyUsage: ['digitalsignature'] },`, /'"digitalsignature"' is not assignable/],
  ['quirks: { tripleDES: true },', /'tripleDES' does not exist.*|Did you mean.*'tripleDes'/],
  [`signingAlgorithm: 'SHA256RSA',`, /'"SHA256RSA"' is not assignable/],
  [`profile: { alternativeNames: { DNS: ['*'] } },`, /'DNS' does not exist/],
  ['raValidityDays: 90,', /'raValidityDays' does not exist/],
  ['waitTime: Duration.seconds(30),', /waitTime is 30 s\. Give whole seconds from 0/],
  [`profile: { subject: { C: ['DEU'] } },`, /profile\.subject\.C: "DEU" can never be issued/],
  [`quirks: JSON.parse('{"tripleDES":true}'),`, /quirks\.tripleDES is not a member\. Did you mean/],
];

/** The compiler and the app, each with a core of its own or not. */
const timeout = 120_000;

describe('npx cdk synth', () => {
  it('accepts an app whose declarations are good', { timeout }, async () => {
    expect(await synth(appWith('raValidity: Duration.days(60),').text)).toMatchObject({ ok: true });
  });

  it.each(typed)('refuses %s', { timeout }, async (line, sentence) => {
    const { text, lineNumber } = appWith(line);
    const { ok, output } = await synth(text);
    expect(ok).toBe(false);
    expect(output).toMatch(sentence);
    // The compiler names the line. An error at synthesis names the declaration that it is in.
    const isTypeError = output.includes('error TS');
    const place = isTypeError
      ? `bin/scep-connector.ts(${lineNumber},`
      : 'bin/scep-connector.ts:8:1';
    expect(output).toContain(place);
  });
});
