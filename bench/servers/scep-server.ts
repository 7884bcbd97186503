/** A SCEP server that figures stand beside: where it is, how it is addressed, and its process. */
import type { Clients } from '../load/clients.ts';
import { buildRequests, type Recipient } from '../requests.ts';

/** How a server is started, and what its requests need. */
export interface ServerCommand {
  /** Name and version, as notes print them. */
  readonly name: string;
  readonly url: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Read once the server answers. */
  readonly recipient: () => Recipient;
}

/** A running server, which only its own clients reach. */
export interface ScepServer {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly requests: (count: number) => Promise<Uint8Array[]>;
}

/** Starts a server in the network of these clients; it ends with them. */
export async function startServer(clients: Clients, server: ServerCommand): Promise<ScepServer> {
  const { name, url, command, args, recipient } = server;
  const pid = await clients.call('startServer', { url, command, args });
  return { name, url, pid, requests: (count) => buildRequests(count, recipient()) };
}
