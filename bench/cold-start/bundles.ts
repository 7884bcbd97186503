/** The scep function's bundle as it is deployed, and the one with the AWS clients alone, made in the same way. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { deployedBundles } from '../deployed-bundles.ts';
import type { Workspace } from '../workspace.ts';

/** The files of both. */
export async function bundles(workspace: Workspace) {
  const { scep } = await deployedBundles(workspace);
  // Only here, as it brings all of CDK along, which figure 1 shall not have in its process.
  const { bundleOptions } = await import('../../lib/cloud/handler-bundle.ts');
  const awsClients = join(workspace.directory('cold-start'), 'aws-clients.mjs');
  await build({
    ...bundleOptions,
    entryPoints: [join(import.meta.dirname, 'aws-clients.ts')],
    outfile: awsClients,
  });
  return { scep, awsClients };
}
