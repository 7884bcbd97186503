/** Starts and calls the process of clients (client-process.ts). */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Caller, createCaller } from './calls.ts';
import type { ClientMethods } from './client-process.ts';

/** The running clients. */
export interface Clients {
  readonly call: Caller<ClientMethods>;
  /** Resolves when the clients, and any server they started, have ended. */
  readonly stop: () => Promise<void>;
}

const file = join(import.meta.dirname, 'client-process.ts');

/**
 * Runs a command in a private network that has only the loopback interface; needs util-linux and
 * iproute2.
 */
const privateNetwork = ['unshare', '-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', '-'];

/** Starts clients that reach this machine's loopback interface. */
export const startClients = (): Clients => createClients([process.execPath, file]);

/** Starts clients in a private network. Only they reach a server that they start there. */
export const startPrivateClients = (): Clients =>
  createClients([...privateNetwork, process.execPath, file]);

/**
 * Why no private network can be made; undefined if one can. Other projects' servers listen on every
 * interface.
 */
export function checkPrivateNetwork(): string | undefined {
  const [command = '', ...args] = [...privateNetwork, 'true'];
  return spawnSync(command, args).status === 0
    ? undefined
    : 'this machine allows no private network (unshare -rn), and the other servers listen on every interface';
}

function createClients([command = '', ...args]: readonly string[]): Clients {
  const child: ChildProcess = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const ended = once(child, 'exit');
  return {
    call: createCaller<ClientMethods>(child),
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
