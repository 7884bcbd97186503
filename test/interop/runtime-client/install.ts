/** AWS's own runtime client for Node.js, which Lambda's managed runtime is made of. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runOrThrow } from '../command.ts';
import { installedOnce } from '../installed.ts';

const version = '4.0.2';

/** It compiles curl, its own library and an addon: 75 s on two cores. */
export const installSeconds = 400;

/** The file that Lambda's runtime would start; installs the client where it is missing. */
export async function runtimeClient(): Promise<string> {
  const directory = await installedOnce(`aws-lambda-ric-${version}`, async (target) => {
    const install = ['install', '--prefix', target, '--no-audit', '--no-fund', '--no-save'];
    await runOrThrow('npm', [...install, `aws-lambda-ric@${version}`], {
      cwd: target,
      env: headersOfThisMachine(),
      timeoutSeconds: installSeconds,
    });
  });
  return join(directory, 'node_modules/aws-lambda-ric/index.mjs');
}

/**
 * node-gyp fetches Node's headers unless it is shown some. Any version's serve, as the addon speaks
 * Node-API alone; a machine that reaches package registries and nothing else has those of its own
 * Node.
 */
const headersOfThisMachine = (): Readonly<Record<string, string>> => {
  const prefix = ['/usr', '/usr/local'].find((path) =>
    existsSync(join(path, 'include/node/node_api.h')),
  );
  return prefix === undefined ? {} : { npm_config_nodedir: prefix };
};
