/** The bundles of an enrolment's functions, built as they are deployed, and their environment. */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { environment } from '../lambda/config/environment.ts';
import { connectorId, settings } from './connector/connector.ts';
import { projectDirectory, type Workspace } from './workspace.ts';

/** Bundles a file in the same way as a handler, and returns the bundle's file. */
async function buildBundle(
  entryPoint: string,
  workspace: Workspace,
  options: BuildOptions = {},
): Promise<string> {
  // Imported here because it loads the whole CDK, which no measured process should have.
  const { bundleOptions } = await import('../lib/cloud/handler-bundle.ts');
  const outdir = workspace.directory(`bundle-${performance.now()}`);
  const entryPoints = [{ in: entryPoint, out: 'index' }];
  await build({ ...bundleOptions, ...options, entryPoints, outdir });
  return join(outdir, 'index.mjs');
}

/** Bundles a file in the same way, but imports Node's own modules by name. */
export const buildPlainBundle = (entryPoint: string, workspace: Workspace): Promise<string> =>
  buildBundle(entryPoint, workspace, { alias: {} });

/** A function that has a part in every enrolment. */
export type HandlerName = 'scep' | 'certify';

/** Bundles a handler. */
export const buildHandlerBundle = (handler: HandlerName, workspace: Workspace): Promise<string> =>
  buildBundle(join(projectDirectory, 'lambda/handlers', `${handler}.ts`), workspace);

/** The size of a bundle's files, as notes print it. */
export function measureMegabytes(bundle: string): string {
  const directory = dirname(bundle);
  const bytes = readdirSync(directory)
    .map((file) => statSync(join(directory, file)).size)
    .reduce((sum, size) => sum + size, 0);
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

/** The environment of these functions. All share it, because they belong to one connector. */
export const functionEnvironment: Readonly<Record<string, string>> = {
  [environment.connectorId]: connectorId,
  [environment.connectorSettings]: JSON.stringify(settings),
  [environment.challengesTable]: 'Challenges',
  [environment.enrolmentsTable]: 'Enrolments',
  [environment.envelopesTable]: 'Envelopes',
  [environment.certificatesTable]: 'Certificates',
  [environment.refusalsTable]: 'Refusals',
  [environment.eventBus]: 'arn:aws:events:eu-west-1:111122223333:event-bus/default',
  [environment.arnPrefix]: 'arn:aws:pca-connector-scep:eu-west-1:111122223333',
  [environment.lookupSecret]: 'Lookup',
  [environment.issuanceSecret]: 'Issuance',
  [environment.raSecret]: 'Ra',
  [environment.issuanceStateMachine]: 'arn:aws:states:eu-west-1:111122223333:stateMachine:bench',
  [environment.certificatesPerSecond]: '1000',
  [environment.certificateAuthority]:
    'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/bench',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
};
