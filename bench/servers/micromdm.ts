/**
 * micromdm/scep's server: a CA and a SCEP server in one Go process that writes files and signs at
 * once.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Skipped } from '../figure.ts';
import type { Workspace } from '../workspace.ts';
import type { ServerCommand } from './scep-server.ts';

const challenge = 'micromdm-beside-us';

/**
 * Builds the command of a program (`scepserver`) with a new CA of 2048 bits. The server refuses
 * some concurrent clients with badRequest, because its file of serial numbers has no lock.
 */
export function buildMicromdmCommand(
  workspace: Workspace,
  { command, version }: { readonly command: string; readonly version?: string },
  port: number,
): ServerCommand | Skipped {
  const { stdout, error } = spawnSync(command, ['-version'], { encoding: 'utf8' });
  if (error) return { skipped: `${command} is not installed (Debian package scep)` };
  const depot = join(workspace.directory(`micromdm-${port}`), 'depot');
  execFileSync(command, ['ca', '-init', '-keySize', '2048', '-depot', depot], { stdio: 'ignore' });
  const raCertificate = new Uint8Array(
    new X509Certificate(readFileSync(join(depot, 'ca.pem'))).raw,
  );
  const settings = {
    '-depot': depot,
    '-port': `${port}`,
    '-challenge': challenge,
    '-allowrenew': '0',
  };
  return {
    // A binary that `go install` built does not know its version.
    name: `micromdm/scep ${version ?? stdout.trim()}`,
    url: `http://127.0.0.1:${port}/scep`,
    command,
    args: Object.entries(settings).flat(),
    recipient: () => ({ raCertificate, challenges: [challenge] }),
  };
}
