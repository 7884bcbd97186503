/** An app in plain JavaScript on the first Node 22, as CommonJS and as ES modules. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runOrThrow } from '../interop/command.ts';
import { installedOnce } from '../interop/installed.ts';
import { install, newFolder, readResources, testedVersions } from './cdk-app.ts';

const nodeVersion = '22.0.0';
const installSeconds = 200;
const synthesisSeconds = 200;

/** The program of that Node; the registry has one package for each platform. */
async function installNode(): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const directory = await installedOnce(`${name}-${nodeVersion}`, async (target) => {
    const flags = ['--prefix', target, '--no-audit', '--no-fund', '--no-save'];
    await runOrThrow('npm', ['install', ...flags, `${name}@${nodeVersion}`], {
      cwd: target,
      timeoutSeconds: installSeconds,
    });
  });
  return join(directory, 'node_modules', name, 'bin/node');
}

const imports = [
  ['aws-cdk-lib', 'App, Aspects, CfnResource, Stack, Tags'],
  ['aws-cdk-lib/aws-acmpca', 'CertificateAuthority'],
  ['constructs', 'Construct'],
  ['scep-connector', 'DeclarationError, ScepConnector, ScepService'],
] as const;

const headers = {
  'app.cjs': imports.map(([from, names]) => `const { ${names} } = require('${from}');`),
  'app.mjs': imports.map(([from, names]) => `import { ${names} } from '${from}';`),
} as const;

const body = `
const stack = new Stack(new App(), 'Scep');
const service = new ScepService(stack, 'Service');
const certificateAuthority = CertificateAuthority.fromCertificateAuthorityArn(
  stack, 'Ca',
  'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/11111111-2222-3333-4444-555555555555',
);
const props = { service, connectorId: 'laptops', certificateAuthority };
const connector = new ScepConnector(stack, 'Laptops', props);
Tags.of(stack).add('team', 'endpoint');
let visited = 0;
Aspects.of(connector).add({ visit: (node) => { if (node instanceof CfnResource) visited += 1; } });
process.once('exit', () => console.log(visited));
console.log(connector instanceof Construct, service instanceof Construct);
try {
  new ScepConnector(stack, 'Other', { ...props, connectorId: 'Other' });
} catch (error) {
  console.log(error instanceof DeclarationError, error.code);
}
`;

describe.each(testedVersions)('an app in JavaScript with %s', (_, versions) => {
  let directory: string;
  let node: string;
  beforeAll(async () => {
    directory = newFolder('javascript');
    writeFileSync(join(directory, 'package.json'), '{ "name": "javascript", "private": true }');
    await install(directory, versions);
    node = await installNode();
  });

  it('has the tarball, and nothing that it brought with it', () => {
    const installed = readdirSync(join(directory, 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.')).sort()).toEqual(
      expect.arrayContaining(['aws-cdk-lib', 'constructs', 'scep-connector']),
    );
    expect(existsSync(join(directory, 'node_modules/esbuild'))).toBe(false);
    expect(existsSync(join(directory, 'node_modules/@aws-sdk'))).toBe(false);
    expect(existsSync(join(directory, 'node_modules/scep-connector/node_modules'))).toBe(false);
  });

  it.each(['app.cjs', 'app.mjs'] as const)(
    'synthesizes from %s, with tags and aspects',
    async (file) => {
      writeFileSync(join(directory, file), [...headers[file], body].join('\n'));
      const assembly = join(directory, `${file}.out`);
      const printed = await runOrThrow(node, [file], {
        cwd: directory,
        env: { CDK_OUTDIR: assembly },
        timeoutSeconds: synthesisSeconds,
      });
      const [classes, refusal, visited] = printed.trim().split('\n');
      expect(classes).toBe('true true');
      expect(refusal).toBe('true badConnectorId');
      expect(Number(visited)).toBeGreaterThan(10);
      const tables = readResources(assembly).filter(({ Type }) => Type === 'AWS::DynamoDB::Table');
      expect(tables.length).toBeGreaterThan(0);
      for (const { Properties } of tables)
        expect(Properties.Tags).toContainEqual({ Key: 'team', Value: 'endpoint' });
    },
  );
});
