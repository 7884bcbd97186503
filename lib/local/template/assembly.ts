/**
 * The cloud assembly of a synthesis: the template of its one stack, with its nested stacks merged
 * into it, and its bundled assets.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mergeNestedStacks } from './nested-stacks.ts';
import type { Template } from './template.ts';

/** A read assembly. `assetDirectory` refuses an object key that is not in the assembly. */
export interface Assembly {
  readonly stackName: string;
  readonly template: Template;
  readonly assetDirectory: (objectKey: string) => string;
}

interface Artifact {
  readonly type: string;
  readonly properties?: { readonly templateFile?: string; readonly file?: string };
}

interface AssetManifest {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path: string };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
}

const read = <T>(directory: string, file: string): T =>
  JSON.parse(readFileSync(join(directory, file), 'utf8')) as T;

/** Reads the assembly in `directory`; refuses it unless it has exactly one stack. */
export const readAssembly = (directory: string): Assembly => {
  if (!existsSync(join(directory, 'manifest.json'))) {
    throw new Error(`${directory} contains no cloud assembly`);
  }
  const { artifacts } = read<{ artifacts: Readonly<Record<string, Artifact>> }>(
    directory,
    'manifest.json',
  );
  const stacks = Object.entries(artifacts).filter(
    ([, { type }]) => type === 'aws:cloudformation:stack',
  );
  const [stack, ...more] = stacks;
  if (!stack || more.length > 0)
    throw new Error(`npm start runs one stack; the app has ${stacks.length}`);
  const [stackName, { properties }] = stack;
  const assets = readAssetPaths(directory, Object.values(artifacts));
  const assetDirectory = (objectKey: string): string => {
    const asset = assets.get(objectKey);
    if (asset) return asset;
    throw new Error(`the assembly has no asset ${objectKey}`);
  };
  const templateFile = properties?.templateFile ?? `${stackName}.template.json`;
  return {
    stackName,
    template: mergeNestedStacks(read<Template>(directory, templateFile), (templateUrl, where) =>
      readTemplate(assetDirectory(objectKeyIn(templateUrl, where))),
    ),
    assetDirectory,
  };
};

const readTemplate = (path: string): Template => JSON.parse(readFileSync(path, 'utf8')) as Template;

/** The key of a nested stack's template, at the end of its URL in the bucket of assets. */
const objectKeyIn = (templateUrl: unknown, where: string): string => {
  const key = /[0-9a-f]{64}\.json/.exec(JSON.stringify(templateUrl))?.[0];
  if (key === undefined) throw new Error(`${where}: its TemplateURL is no asset of the assembly`);
  return key;
};

const readAssetPaths = (directory: string, artifacts: readonly Artifact[]): Map<string, string> => {
  const manifests = artifacts.filter(({ type }) => type === 'cdk:asset-manifest');
  const files = manifests.flatMap(({ properties }) =>
    Object.values(read<AssetManifest>(directory, properties?.file ?? '').files),
  );
  return new Map(
    files.flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ objectKey }) => [objectKey, join(directory, source.path)]),
    ),
  );
};
