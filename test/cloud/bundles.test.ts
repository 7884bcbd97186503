/** What is in the bundles that are deployed, and whether they load. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { root, synthesizeApp } from './synthesis.ts';

/** A bundle, and the environment of the function that runs it. */
interface Bundle {
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

const handlers = [
  'admin',
  'collect',
  'find',
  'issue',
  'lint',
  'mscep-admin',
  'notify',
  'panel',
  'reconcile',
  'revoke-requested',
  'rotate-ra',
  'scep',
  'settle',
];
/** So that the app has every handler there is. */
const intune = {
  tenantId: '11111111-2222-4333-8444-555555555555',
  applicationId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  authentication: 'federated',
};

let bundles: Readonly<Record<string, Bundle>>;

beforeAll(() => {
  const { template, directory } = synthesizeApp({ intune, ndesAdminPage: 'true' }, {});
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  bundles = Object.fromEntries(
    functions.map(({ Properties }) => {
      const asset = `asset.${Properties.Code.S3Key.replace('.zip', '')}`;
      const file = join(directory, asset, 'index.mjs');
      return [handlerOf(file), { file, environment: resolved(Properties.Environment.Variables) }];
    }),
  );
});

/** The files a bundle is made of, some twice: esbuild names each in a comment above its exports and its code. */
function sourcesOf(file: string): readonly string[] {
  const code = readFileSync(file, 'utf8');
  const comments = code.matchAll(/^\/\/ ((?:node_modules|lambda|lib|bin)\/\S+)$/gm);
  return [...comments].map(([, source]) => source ?? '');
}

/** The entry's code is the last: what it imports comes before it. */
function handlerOf(file: string): string {
  const entry = sourcesOf(file).findLast((each) => each.startsWith('lambda/handlers/'));
  return entry?.replace(/^lambda\/handlers\/|\.ts$/g, '') ?? file;
}

/** Variables as they are at run time, with "token" for what only AWS knows. */
function resolved(variables: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, text(value)]));
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = (value as { 'Fn::Join'?: [string, readonly unknown[]] })['Fn::Join'];
  return join?.[1].map(text).join('') ?? 'token';
}

function bundleOf(handler: string): Bundle {
  const bundle = bundles[handler];
  if (bundle === undefined) throw new Error(`no function runs lambda/handlers/${handler}.ts`);
  return bundle;
}

it('makes one bundle for each handler', () => {
  expect(Object.keys(bundles).sort()).toEqual(handlers);
});

describe.each(handlers)('the bundle of %s', (handler) => {
  it('holds one copy of asn1js at most: two would not know each other’s objects', () => {
    const copies = sourcesOf(bundleOf(handler).file).filter((each) => /\/asn1js\//.test(each));
    expect(new Set(copies).size).toBeLessThanOrEqual(1);
  });

  it('holds nothing of synthesis time', () => {
    const foreign = /^(lib|bin)\/|node_modules\/(aws-cdk-lib|constructs|cdk-nag)\//;
    expect(sourcesOf(bundleOf(handler).file).filter((each) => foreign.test(each))).toEqual([]);
  });

  it('loads under Node 24 with the environment it is given', () => {
    const { file, environment } = bundleOf(handler);
    const script = 'import(process.argv[1]).then((module) => console.log(typeof module.handler))';
    const printed = execFileSync(
      join(root, 'node_modules/.bin/node'),
      ['--input-type=module', '--eval', script, file],
      { env: { ...process.env, AWS_REGION: 'eu-west-1', ...environment }, encoding: 'utf8' },
    );
    expect(printed.trim()).toBe('function');
  });
});
