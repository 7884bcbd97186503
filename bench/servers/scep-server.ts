/** A SCEP server to compare with: its address, its recipient and its process. */
import type { Clients } from '../load/clients.ts';
import { buildRequests, type Recipient } from '../requests.ts';

/** How a server is started, and how requests address it. */
export interface ServerCommand {
  /** Name and version, as notes print them. */
  readonly name: string;
  readonly url: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Read once the server answers. */
  readonly recipient: () => Recipient;
}

/** A running server that only its own clients reach. */
export interface ScepServer {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly requests: (count: number) => Promise<Uint8Array[]>;
}

/** Starts a server in these clients' network; it ends with them. */
export async function startServer(clients: Clients, server: ServerCommand): Promise<ScepServer> {
  const { name, url, command, args, recipient } = server;
  const pid = await clients.call('startServer', { url, command, args });
  return { name, url, pid, requests: (count) => buildRequests(count, recipient()) };
}
