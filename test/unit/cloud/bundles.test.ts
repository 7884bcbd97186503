/** What is in the bundles that are deployed, and whether they load. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleOptions } from '../../../lib/cloud/handler-bundle.ts';
import { toPascalCase } from '../../../lib/cloud/pascal-case.ts';
import { pathOf } from './policies.ts';
import { root, synthesizeApp } from './synthesis.ts';

/** A bundle, and the environment of the function that runs it. */
interface Bundle {
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

const handlers = [
  'admin',
  'certify',
  'dispatch',
  'find-lost',
  'mscep-admin',
  'panel',
  'revoke',
  'rotate-ra',
  'scep',
];
/** So that the app has every handler there is. */
const intune = {
  tenantId: '11111111-2222-4333-8444-555555555555',
  applicationId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  authentication: 'federated',
};

let bundles: Readonly<Record<string, Bundle>>;

beforeAll(() => {
  const additions = JSON.stringify({ intune, ndes: true });
  const { template, directory } = synthesizeApp(
    ['lib/local/app.ts', 'bin/scep-connector.ts', additions],
    { 'aws:cdk:enable-path-metadata': true },
  );
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  bundles = Object.fromEntries(
    functions.map((each) => {
      const { Properties } = each;
      const asset = `asset.${Properties.Code.S3Key.replace('.zip', '')}`;
      const file = join(directory, asset, 'index.mjs');
      const handler = handlerAt(pathOf(each));
      return [handler, { file, environment: resolved(Properties.Environment.Variables) }];
    }),
  );
});

/** A function is the only child of a construct that is named after its handler. */
const handlerAt = (path: string): string =>
  handlers.find((handler) => path.endsWith(`/${toPascalCase(handler)}/Function`)) ?? path;

const manifestOf = (directory: string) =>
  JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8'));

const versionOf = (directory: string): string => manifestOf(directory).version;

const { overrides }: { overrides: Readonly<Record<string, string>> } = manifestOf('.');

const sources = new Map<string, readonly string[]>();

/** The files that a bundle consists of. */
function sourcesOf(handler: string): readonly string[] {
  const known = sources.get(handler);
  if (known !== undefined) return known;
  const { metafile } = buildSync({
    ...bundleOptions,
    entryPoints: [join(root, 'lambda/handlers', `${handler}.ts`)],
    outdir: root,
    write: false,
    metafile: true,
  });
  const files = Object.keys(metafile.inputs);
  sources.set(handler, files);
  return files;
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
    const copies = sourcesOf(handler)
      .filter((each) => /\/asn1js\//.test(each))
      .map((each) => each.slice(0, each.lastIndexOf('/asn1js/')));
    expect(new Set(copies).size).toBeLessThanOrEqual(1);
  });

  it('holds no XML parser but the one that package.json overrides with', () => {
    const parsers = sourcesOf(handler).filter((each) => /\/fast-xml-parser\//.test(each));
    const folders = parsers.map((each) => each.replace(/\/fast-xml-parser\/.*/, ''));
    expect([...new Set(folders)].filter((each) => each !== 'node_modules')).toEqual([]);
    expect(versionOf('node_modules/fast-xml-parser')).toBe(overrides['fast-xml-parser']);
  });

  it('holds nothing of synthesis time', () => {
    const foreign = /^(lib|bin)\/|node_modules\/(aws-cdk-lib|constructs|cdk-nag)\//;
    expect(sourcesOf(handler).filter((each) => foreign.test(each))).toEqual([]);
  });

  it('imports no module of Node whose getters load other modules', () => {
    const { file } = bundleOf(handler);
    const files = readdirSync(dirname(file)).map((each) =>
      readFileSync(join(dirname(file), each), 'utf8'),
    );
    const imported = files.flatMap((text) => text.match(/from ?"(node:)?[a-z_/]+"/g) ?? []);
    const costly = /"(node:)?(http|https|fs|process|util|zlib)"/;
    expect(imported.filter((each) => costly.test(each))).toEqual([]);
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
