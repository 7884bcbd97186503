/** The process of clients (client-process.ts), from the bench's side. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Caller, callerOf } from './calls.ts';
import type { ClientMethods } from './client-process.ts';

/** Clients to call, and their end. */
export interface Clients {
  readonly call: Caller<ClientMethods>;
  /** Resolves when they, and a server they started, are gone. */
  readonly stop: () => Promise<void>;
}

const file = join(import.meta.dirname, 'client-process.ts');

/** A network of its own, in which only the loopback interface exists; needs util-linux and iproute2. */
const privateNetwork = ['unshare', '-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', '-'];

/** Starts clients that reach this machine's loopback interface. */
export const startClients = (): Clients => clientsOf([process.execPath, file]);

/** Starts clients in a private network: a server they start there is reached by nobody else. */
export const startPrivateClients = (): Clients =>
  clientsOf([...privateNetwork, process.execPath, file]);

/** Why no private network can be made; undefined if one can. Servers of others listen on every interface. */
export function whyNoPrivateNetwork(): string | undefined {
  const [command = '', ...args] = [...privateNetwork, 'true'];
  return spawnSync(command, args).status === 0
    ? undefined
    : 'no private network can be made here (unshare -rn), and the servers beside ours listen on every interface';
}

function clientsOf([command = '', ...args]: readonly string[]): Clients {
  const child: ChildProcess = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const ended = once(child, 'exit');
  return {
    call: callerOf<ClientMethods>(child),
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
