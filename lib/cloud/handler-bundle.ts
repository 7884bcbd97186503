/** How a handler becomes what Lambda runs: one ES module with everything in it, the AWS SDK too. */
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';

const root = join(import.meta.dirname, '../..');

/** What was tested is what runs, and it loads faster than the SDK of Lambda's runtime. */
export const bundleOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  // The ES modules of a package before its CommonJS ones: only what is used gets in.
  mainFields: ['module', 'main'],
  // A package that is CommonJS calls require() for Node's own modules, which an ES module does not have.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
} satisfies BuildOptions;

/**
 * The code of one file in lambda/handlers. Bundled in this process: NodejsFunction starts esbuild through npx for each
 * function: 13 s of synthesis for seven functions, against 4 s.
 */
export const handlerCode = (handler: string): Code =>
  Code.fromAsset(join(root, 'lambda'), {
    // By what came out: a comment in another handler's file deploys nothing.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: bundling here cannot fail in a way that Docker would mend.
      image: DockerImage.fromRegistry('none'),
      // Not run, but CDK takes two assets of one directory for the same unless something here differs.
      command: [handler],
      local: {
        tryBundle: (outputDirectory) => {
          buildSync({
            ...bundleOptions,
            entryPoints: [join(root, 'lambda/handlers', `${handler}.ts`)],
            outfile: join(outputDirectory, 'index.mjs'),
          });
          return true;
        },
      },
    },
  });
