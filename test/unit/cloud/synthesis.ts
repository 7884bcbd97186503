/** Templates to look at: the app as it is, and stacks of our constructs made in the test itself. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Environment, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CertificateAuthority, type ICertificateAuthority } from 'aws-cdk-lib/aws-acmpca';
import { Construct } from 'constructs';
import { afterAll } from 'vitest';
import { ScepConnector, type ScepConnectorProps } from '../../../lib/cloud/scep-connector.ts';
import { ScepService } from '../../../lib/cloud/scep-service.ts';
import { readAssembly } from '../../../lib/local/template/assembly.ts';

/** The repository. */
export const root = join(import.meta.dirname, '../../..');

/** The ARN of a CA that exists nowhere. */
export const caArn = arnOfAuthority('1');

/** The ARN of another CA that exists nowhere, for each digit. */
export function arnOfAuthority(digit: string): string {
  return `arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/${digit.repeat(8)}-1234-1234-1234-123456789012`;
}

/** A CA that exists nowhere, imported into this scope. */
export function importedAuthority(scope: Construct, arn = caArn): ICertificateAuthority {
  return CertificateAuthority.fromCertificateAuthorityArn(scope, `authority-${arn}`, arn);
}

/** What the CLI gives the app besides `-c`: the feature flags of cdk.json. */
const flags = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')).context as object;
const unbundled = { 'aws:cdk:bundling-stacks': [] };
const paths = { 'aws:cdk:enable-path-metadata': true };

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true });
});

/** What `cdk synth` made of the app; its directory is there for as long as the test file runs. */
export interface SynthesizedApp {
  readonly template: Template;
  readonly directory: string;
}

/**
 * Runs an app as the CLI does, cdk-nag and all: its program and the program's arguments. Throws
 * what the app printed, if it fails.
 */
export function synthesizeApp(
  app = ['bin/scep-connector.ts'],
  bundling: object = unbundled,
): SynthesizedApp {
  const directory = mkdtempSync(join(tmpdir(), 'scep-connector-synthesis-'));
  directories.push(directory);
  execFileSync(join(root, 'node_modules/.bin/node'), app, {
    cwd: root,
    stdio: 'pipe',
    env: {
      ...process.env,
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify({ ...flags, ...bundling }),
    },
  });
  return { template: readMerged(directory), directory };
}

/** The template of the one stack of an app, with the resources of its nested stacks. */
export function synthesizeStack(stack: Stack): Template {
  const app = stack.node.root;
  if (!(app instanceof App)) throw new Error('the stack is in no app');
  return readMerged(app.synth().directory);
}

const readMerged = (directory: string): Template =>
  Template.fromJSON(readAssembly(directory).template as unknown as Record<string, unknown>);

/** A stack to declare things in, in an environment or in none; nothing is bundled. */
export function newStack(env?: Environment): Stack {
  const app = new App({ context: { ...flags, ...unbundled, ...paths } });
  return new Stack(app, 'Test', { ...(env && { env }) });
}

/** A connector with what a test says of it, and for the rest the least that works. */
export function declareConnector(scope: Construct, props: Partial<ScepConnectorProps> = {}) {
  const connectorId = props.connectorId ?? 'default';
  return new ScepConnector(scope, `connector-${connectorId}`, {
    service: props.service ?? new ScepService(scope, 'Service'),
    connectorId,
    certificateAuthority:
      props.certificateAuthority ?? importedAuthority(new Construct(scope, `of-${connectorId}`)),
    ...props,
  });
}
