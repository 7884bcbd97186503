/** Slow or silent servers on loopback. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';

/** A running server and its connections. */
export interface SlowServer {
  readonly endpoint: string;
  readonly connections: Socket[];
  readonly close: () => Promise<void>;
}

/**
 * Accepts every connection and calls `answer` for its data; by default it reads and stays silent.
 */
export async function slowServer(
  answer: (socket: Socket) => void = () => undefined,
): Promise<SlowServer> {
  const connections: Socket[] = [];
  const server: Server = createServer((socket) => {
    connections.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    for (const socket of connections) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { endpoint: `http://127.0.0.1:${port}`, connections, close };
}
