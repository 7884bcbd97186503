/** A CDK app in a folder outside the checkout, with the tarball and packages of the registry. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { projectDirectory, runOrThrow } from '../interop/command.ts';

/** Versions of the two packages that the app shares with the constructs. */
export interface CdkVersions {
  readonly 'aws-cdk-lib': string;
  readonly constructs: string;
}

interface Manifest {
  readonly version: string;
  readonly peerDependencies: CdkVersions;
  readonly devDependencies: CdkVersions & Readonly<Record<string, string>>;
  dependencies?: Record<string, string>;
}

const readManifest = (directory: string): Manifest =>
  JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));

/** The package's own manifest, in the checkout. */
export const manifest = readManifest(projectDirectory);

/** The lowest versions that the package accepts, and those that it is developed with. */
export const testedVersions: readonly [string, CdkVersions][] = [
  [
    'the lowest CDK of the range',
    {
      'aws-cdk-lib': manifest.peerDependencies['aws-cdk-lib'].replace('^', ''),
      constructs: manifest.peerDependencies.constructs.replace('^', ''),
    },
  ],
  [
    'the CDK of this repository',
    {
      'aws-cdk-lib': manifest.devDependencies['aws-cdk-lib'],
      constructs: manifest.devDependencies.constructs,
    },
  ],
];

let folders = 0;

/** A new folder two levels below the tarball, as an example is below the repository. */
export function newFolder(name: string): string {
  folders += 1;
  const directory = join(inject('outside'), `${process.pid}-${folders}`, name);
  mkdirSync(directory, { recursive: true });
  return directory;
}

const installSeconds = 240;

/**
 * The first app of each example's versions, whose packages the others link instead of unpacking.
 */
const unpacked = new Map<string, Promise<string>>();

/**
 * Installs as `install` does. An app after the first one with these versions begins with hard links
 * to its packages, because npm takes half a minute of two cores to unpack CDK.
 */
export async function installLinked(directory: string, versions: CdkVersions): Promise<void> {
  const key = JSON.stringify(versions);
  const first = unpacked.get(key);
  if (first === undefined) {
    const installed = install(directory, versions).then(() => directory);
    unpacked.set(key, installed);
    await installed;
    return;
  }
  const packages = join(await first, 'node_modules');
  await runOrThrow('cp', ['-al', packages, join(directory, 'node_modules')]);
  await install(directory, versions);
}

/**
 * Installs what package.json of the folder declares, with the tarball and these versions. Throws if
 * npm refuses a version, because the package's range does not contain it.
 */
export async function install(directory: string, versions: CdkVersions): Promise<void> {
  const declared = readManifest(directory);
  declared.dependencies = {
    ...declared.dependencies,
    ...versions,
    'scep-connector': `file:${join(inject('outside'), inject('tarball'))}`,
  };
  writeFileSync(join(directory, 'package.json'), JSON.stringify(declared));
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  await runOrThrow('npm', ['install', ...flags], {
    cwd: directory,
    timeoutSeconds: installSeconds,
  });
}

/** Synthesizes by the CLI, which also type-checks; returns the directory of the assembly. */
export async function synthesizeByCli(directory: string): Promise<string> {
  await runOrThrow('npx', ['cdk', 'synth', '--quiet'], {
    cwd: directory,
    // A test reads the file and line that the compiler prints.
    env: { NO_COLOR: '1', FORCE_COLOR: '0' },
    timeoutSeconds: installSeconds,
  });
  return join(directory, 'cdk.out');
}

/** The templates of an assembly, those of nested stacks too. */
export const templateFiles = (assembly: string): readonly string[] =>
  readdirSync(assembly)
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => join(assembly, name));

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** The resources of every template of an assembly. */
export const readResources = (assembly: string): readonly Resource[] =>
  templateFiles(assembly).flatMap((file) => {
    const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly Resources: Readonly<Record<string, Resource>>;
    };
    return Object.values(Resources);
  });

/** Prints whether the constructs are those of the app's own CDK. */
const classCheck = `
  const { ScepConnector, ScepService, ShortLivedRootAuthority } = require('scep-connector');
  const { Construct } = require('constructs');
  const { Resource } = require('aws-cdk-lib');
  console.log([
    ScepConnector.prototype instanceof Construct,
    ScepService.prototype instanceof Construct,
    ShortLivedRootAuthority.prototype instanceof Resource,
  ].join());
`;

/** Whether each class of the installed package extends the app's own copy of CDK's classes. */
export async function checkClasses(directory: string): Promise<string> {
  const command = ['--input-type=commonjs', '--eval', classCheck];
  return (await runOrThrow('node', command, { cwd: directory, timeoutSeconds: 120 })).trim();
}
