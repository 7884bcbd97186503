/** A connector in memory with an HTTP server, for the command and a device. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { get } from '../http/events.ts';
import { type ServiceOptions, service } from '../http/service.ts';

/** Starts it on 127.0.0.1. It accepts GET only, which Apple's devices use. */
export async function servedConnector(options: ServiceOptions = {}) {
  const connector = service(options);
  const server = createServer(async (request, response) => {
    const query = (request.url ?? '').split('?').slice(1).join('?');
    const { status, contentType, bytes } = await connector.ask(get(query));
    response.writeHead(status, { 'content-type': contentType }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { ...connector, url: `http://127.0.0.1:${port}/scep/test`, stop: () => server.close() };
}
