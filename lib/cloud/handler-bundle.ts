/**
 * The code of a handler for Lambda: ES modules that contain everything, including the AWS SDK. A
 * checkout bundles it at synthesis; the package contains the bundles (lib/package/build.ts).
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { BuildOptions } from 'esbuild';

const root = join(import.meta.dirname, '../..');

/**
 * Node's modules whose getters load more than a function uses, and their replacements in
 * lambda/node. An alias also replaces names that begin with it, so `fs/promises` comes before `fs`.
 */
const nodeModules: Readonly<Record<string, string>> = Object.fromEntries(
  ['fs/promises', 'fs', 'http', 'https', 'process', 'util', 'zlib'].flatMap((name) => {
    const replacement = `./lambda/node/${name.replace('/', '-')}.ts`;
    return [`node:${name}`, name].map((each) => [each, replacement]);
  }),
);

/**
 * The bundle contains the SDK, so the tested version runs. It also loads faster than the one in
 * Lambda's runtime.
 */
export const bundleOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  // Imports on demand are separate files: the SDK's other credential providers, Intune, the events
  // of refusals. With that and without whitespace, a cold start parses a quarter of the text in
  // half the time (npm run bench, cold-start).
  splitting: true,
  minifyWhitespace: true,
  minifySyntax: true,
  outExtension: { '.js': '.mjs' },
  // Prefers a package's ES modules to its CommonJS ones, so that unused code is removed.
  mainFields: ['module', 'main'],
  alias: nodeModules,
  // CommonJS packages call require() for Node's own modules, and an ES module has no require().
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
} satisfies BuildOptions;

/** Beside the compiled constructs of the package; a checkout has no such directory. */
const packedBundles = join(import.meta.dirname, 'handlers');

/** Bundles one file of lambda/handlers into a directory. */
export function buildHandler(handler: string, outputDirectory: string): void {
  // A package that contains its bundles is installed without esbuild.
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild');
  buildSync({
    ...bundleOptions,
    entryPoints: [{ in: join(root, 'lambda/handlers', `${handler}.ts`), out: 'index' }],
    outdir: outputDirectory,
  });
}

/** The code of one file in lambda/handlers. */
export const bundleHandler = (handler: string): Code =>
  existsSync(packedBundles)
    ? Code.fromAsset(join(packedBundles, handler))
    : bundleAtSynthesis(handler);

/**
 * Bundled in this process, because NodejsFunction starts esbuild through npx for each function.
 * That took 13 s of synthesis for seven functions, against 4 s.
 */
const bundleAtSynthesis = (handler: string): Code =>
  Code.fromAsset(join(root, 'lambda'), {
    // The hash covers the output, so a comment in another handler's file deploys nothing.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // This image is never pulled, because a bundling that fails here would also fail in Docker.
      image: DockerImage.fromRegistry('none'),
      // This command never runs. It keeps two assets of one directory apart, which CDK would
      // otherwise take for the same.
      command: [handler],
      local: {
        tryBundle: (outputDirectory) => {
          buildHandler(handler, outputDirectory);
          return true;
        },
      },
    },
  });
