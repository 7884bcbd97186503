/** `npm run build`: writes dist/, which is the package together with package.json. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { buildHandler } from '../cloud/handler-bundle.ts';
import { handlerLimits } from '../cloud/handler-limits.ts';
import { removeUnreferenced } from './declarations.ts';

const root = join(import.meta.dirname, '../..');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
// CommonJS in a package of ES modules: every kind of CDK app can load it (test/interop/package).
writeFileSync(join(dist, 'package.json'), '{ "type": "commonjs" }\n');

buildSync({
  absWorkingDir: root,
  entryPoints: ['lib/index.ts'],
  outfile: 'dist/index.js',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  // The app's own copies: instanceof holds for one copy of a class alone.
  external: ['aws-cdk-lib', 'constructs', 'esbuild'],
  define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__filename' },
  logLevel: 'warning',
});

execFileSync(join(root, 'node_modules/.bin/tsc'), ['--project', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
removeUnreferenced(join(dist, 'types'), join(dist, 'types/lib/index.d.ts'));

for (const handler of Object.keys(handlerLimits))
  buildHandler(handler, join(dist, 'handlers', handler));
