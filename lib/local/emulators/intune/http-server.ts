/** Connects HTTP on this machine to handlers of requests and replies. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fate } from './faults.ts';
import { buildODataErrorBody, Refused, type Reply, type Request } from './reply.ts';

/** A listening server. */
export interface HttpServer {
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

// Three fields with a CSR of several kilobytes in base64; an upload of 500 results is 150 KiB.
const maxBodyOctets = 1024 * 1024;

/**
 * Serves on 127.0.0.1; port 0 selects any free port. Refuses requests of web pages, which have no
 * use for it.
 */
export const startHttpServer = async (
  handle: (request: Request) => Promise<Fate>,
  port = 0,
): Promise<HttpServer> => {
  const server = createServer((request, response) => {
    void answer(handle, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      const closed = new Promise<void>((done) => void server.close(() => done()));
      server.closeAllConnections();
      return closed;
    },
  };
};

const answer = async (
  handle: (request: Request) => Promise<Fate>,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  try {
    const { method = '', url = '', headers } = incoming;
    const isOurs = /^127\.0\.0\.1(:\d+)?$/.test(headers.host ?? '') && !headers.origin;
    if (!isOurs) return send(response, { status: 403, body: '' });
    const text = await readText(incoming);
    const fate = await handle({ method, path: url, headers, text });
    if (fate === 'hang') return;
    if (fate === 'disconnect') return void response.destroy();
    send(response, fate);
  } catch (error) {
    if (error instanceof Refused) return send(response, error.reply);
    console.error(error);
    send(response, {
      status: 500,
      body: buildODataErrorBody('InternalError', 'fault of the emulator'),
    });
  }
};

const readText = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let octets = 0;
  for await (const chunk of request) {
    octets += (chunk as Buffer).length;
    if (octets > maxBodyOctets) throw new Refused({ status: 413, body: '' });
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const send = (response: ServerResponse, { status, headers, body }: Reply): void => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
};
