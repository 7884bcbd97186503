/** Installs AWS's runtime client for Node.js, which Lambda's managed runtime contains. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runOrThrow } from '../command.ts';
import { installedOnce } from '../installed.ts';

const version = '4.0.2';

/** The installation compiles curl, a library and an addon, which takes 75 s on two cores. */
export const installSeconds = 400;

/** Returns the file that Lambda's runtime starts, and installs the client if it is missing. */
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
 * The headers of this machine's Node, so that node-gyp does not download any. Every version works,
 * because the addon uses only Node-API.
 */
const headersOfThisMachine = (): Readonly<Record<string, string>> => {
  const prefix = ['/usr', '/usr/local'].find((path) =>
    existsSync(join(path, 'include/node/node_api.h')),
  );
  return prefix === undefined ? {} : { npm_config_nodedir: prefix };
};
