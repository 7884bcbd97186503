/**
 * micromdm/scep's server (Debian package `scep`), which the figures of whole enrolments stand beside. It is a CA and a
 * SCEP server in one process of Go, keeps files, and signs at once.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Skipped } from '../figure.ts';
import type { LoadResult } from '../load/client-process.ts';
import { privateNetworkCheck, startPrivateClients } from '../load/clients.ts';
import { buildRequests } from '../requests.ts';
import type { Workspace } from '../workspace.ts';

/** A running server, reached only by its own clients. */
export interface Micromdm {
  readonly version: string;
  readonly pid: number;
  /** Requests addressed to it. */
  readonly requests: (count: number) => Promise<Uint8Array[]>;
  /**
   * Sends them, so many clients at a time. Of several at once it refuses some with badRequest, as nothing locks its file of
   * serial numbers (2.1.0); those are sent again.
   */
  readonly load: (messages: readonly Uint8Array[], clients: number) => Promise<LoadResult>;
  readonly stop: () => Promise<void>;
}

const server = 'scepserver';
const port = 8080;
const url = `http://127.0.0.1:${port}/scep`;
const challenge = 'micromdm-beside-us';

/** Starts it, with a new CA of 2048 bits; says why where it cannot be. */
export async function startMicromdm(workspace: Workspace): Promise<Micromdm | Skipped> {
  const { stdout, error } = spawnSync(server, ['-version'], { encoding: 'utf8' });
  if (error) return { skipped: `${server} is not installed (Debian package scep)` };
  // It listens on every interface; what has a challenge as public as ours must not be reached from elsewhere.
  const [command, ...check] = privateNetworkCheck;
  if (spawnSync(command, check).status !== 0)
    return {
      skipped: `${server} listens on every interface, and no private network can be made here (unshare -rn)`,
    };
  const depot = join(workspace.directory(`micromdm-${performance.now()}`), 'depot');
  execFileSync(server, ['ca', '-init', '-keySize', '2048', '-depot', depot], { stdio: 'ignore' });
  const raCertificate = new Uint8Array(
    new X509Certificate(readFileSync(join(depot, 'ca.pem'))).raw,
  );
  const clients = startPrivateClients();
  const settings = {
    '-depot': depot,
    '-port': `${port}`,
    '-challenge': challenge,
    '-allowrenew': '0',
  };
  const args = Object.entries(settings).flat();
  const pid = await clients.call('startServer', { url, command: server, args });
  return {
    version: stdout.trim(),
    pid,
    requests: async (count) =>
      (await buildRequests(count, { raCertificate, challenge })).map(({ message }) => message),
    load: (messages, count) =>
      clients.call('load', { url, messages, clients: count, mayRefuse: true }),
    stop: clients.stop,
  };
}
