/** What is in the tarball: the constructs, their types and the bundles, and nothing else. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { buildHandler } from '../../lib/cloud/handler-bundle.ts';
import { handlerLimits } from '../../lib/cloud/handler-limits.ts';
import { runOrThrow } from '../interop/command.ts';
import { manifest, newFolder } from './cdk-app.ts';

let packed: string;
let files: readonly string[];

const filesBelow = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(directory.length + 1))
    .sort();

beforeAll(async () => {
  const directory = newFolder('tarball');
  await runOrThrow('tar', ['xzf', join(inject('outside'), inject('tarball'))], { cwd: directory });
  packed = join(directory, 'package');
  files = filesBelow(packed);
});

/** Every file of the package is of one of these kinds. */
const kinds = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
  /^dist\/(package\.json|index\.js)$/,
  /^dist\/types\/(lib\/(index|cloud\/[a-z-]+)|lambda\/([a-z0-9-]+\/){1,2}[a-z-]+)\.d\.ts$/,
  /^dist\/handlers\/[a-z-]+\/([\w-]+)\.mjs$/,
];

describe('the package', () => {
  it('contains the constructs, their types, the bundles and four files about itself', () => {
    expect(files.filter((file) => !kinds.some((kind) => kind.test(file)))).toEqual([]);
    for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md', 'dist/index.js'])
      expect(files).toContain(file);
  });

  it('contains no declaration that none of its others refers to', () => {
    const declarations = files.filter((file) => file.endsWith('.d.ts'));
    const text = declarations.map((file) => readFileSync(join(packed, file), 'utf8')).join('\n');
    const names = declarations.map((file) => file.replace(/^.*\//, '').replace('.d.ts', ''));
    expect(names.filter((name) => name !== 'index' && !text.includes(`/${name}.js'`))).toEqual([]);
  });

  it('names no path of the machine that packed it, and no source file', () => {
    const bundle = readFileSync(join(packed, 'dist/index.js'), 'utf8');
    expect(bundle).not.toMatch(/\.ts['"]\)/);
    for (const file of files)
      expect(readFileSync(join(packed, file), 'utf8')).not.toContain(process.cwd());
  });

  it('depends on CDK alone, as a peer', () => {
    const { dependencies, peerDependencies } = JSON.parse(
      readFileSync(join(packed, 'package.json'), 'utf8'),
    );
    expect(dependencies).toBeUndefined();
    expect(Object.keys(peerDependencies).sort()).toEqual(['aws-cdk-lib', 'constructs']);
  });

  it('has a version that the changelog names', () => {
    const changelog = readFileSync(join(packed, 'CHANGELOG.md'), 'utf8');
    expect(changelog).toContain(`## ${manifest.version}`);
  });
});

describe.each(Object.keys(handlerLimits))('the packed bundle of %s', (handler) => {
  it('is what a checkout bundles at synthesis', () => {
    const built = join(newFolder(handler), 'built');
    mkdirSync(built);
    buildHandler(handler, built);
    const own = join(packed, 'dist/handlers', handler);
    expect(filesBelow(own)).toEqual(filesBelow(built));
    for (const file of filesBelow(built))
      expect(readFileSync(join(own, file)).equals(readFileSync(join(built, file)))).toBe(true);
  });
});
