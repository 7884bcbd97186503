/** Adapts Node's HTTP server to `handleRequest`. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isAddressedToThisMachine, isOwnPage } from '../console/browsers.ts';
import { type Console, isForConsole } from '../console/console.ts';
import { type HttpApi, handleRequest } from './http-api.ts';
import {
  buildGatewayMessage,
  type HttpRequest,
  type HttpResponse,
  maxReadBodyBytes,
} from './http-request.ts';

/** A server with an open port. It answers 503 until `serve` is called. */
export interface HttpApiServer {
  readonly url: string;
  readonly port: number;
  /** Sets the API. A console answers `/console` and all paths below it. */
  readonly serve: (api: HttpApi, console?: Console) => void;
  readonly stop: () => Promise<void>;
}

/** Options of a server. `portVariable` appears in the error for a port in use. */
export interface HttpApiServerOptions {
  readonly port: number;
  readonly portVariable: string;
  /** Refuses requests of web pages, since the admin API checks no signatures. */
  readonly refusesBrowsers: boolean;
}

/** What a server serves. */
interface Served {
  readonly api: HttpApi;
  readonly console: Console | undefined;
}

// Far above API Gateway's own limit, so that API Gateway's limit applies first.
const maxNodeHeaderBytes = 128 * 1024;

/**
 * Opens a port of the loopback interface. Port 0 is any free port. Refuses a port in use, with its
 * remedy.
 */
export const openHttpApiServer = async (options: HttpApiServerOptions): Promise<HttpApiServer> => {
  let served: Served | undefined;
  // strongSwan uses HTTP/1.0, and some devices send no Host.
  const server = createServer(
    { requireHostHeader: false, maxHeaderSize: maxNodeHeaderBytes },
    (incoming, outgoing) => {
      void answer(incoming, outgoing, options, served);
    },
  );
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    serve: (api, console) => {
      served = { api, console };
    },
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
};

const listen = (server: Server, { port, portVariable }: HttpApiServerOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      const advice = `port ${port} of 127.0.0.1 is in use: stop the process that uses it, or choose another port with ${portVariable}=NUMBER`;
      reject(isTaken ? new Error(advice) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });

const answer = async (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: HttpApiServerOptions,
  served: Served | undefined,
): Promise<void> => {
  try {
    send(outgoing, await respond(incoming, options, served));
  } catch (error) {
    // The client disconnected during its request, or the runner has a bug.
    if (!incoming.destroyed) console.error(error);
    outgoing.destroy();
  }
};

const respond = async (
  incoming: IncomingMessage,
  { refusesBrowsers }: HttpApiServerOptions,
  served: Served | undefined,
): Promise<HttpResponse> => {
  if (!served) return buildGatewayMessage(503, 'Service Unavailable');
  const { method = 'GET', url = '/', headers } = incoming;
  if (served.console && isForConsole(url)) {
    if (!isOwnPage(method, headers)) return buildGatewayMessage(403, 'Forbidden');
    return served.console(await readRequest(incoming));
  }
  if (refusesBrowsers && (headers.origin !== undefined || !isAddressedToThisMachine(headers)))
    return buildGatewayMessage(403, 'Forbidden');
  return handleRequest(served.api, await readRequest(incoming));
};

const readRequest = async (incoming: IncomingMessage): Promise<HttpRequest> => {
  const chunks: Buffer[] = [];
  let size = 0;
  // Ending the loop early must not close the connection, since it carries the response 413.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size >= maxReadBodyBytes) break;
  }
  // The rest of an oversized body is read and discarded, so that the next request on the connection
  // can follow. Node ends a request after five minutes.
  incoming.resume();
  return {
    method: incoming.method ?? 'GET',
    target: incoming.url ?? '/',
    protocol: `HTTP/${incoming.httpVersion}`,
    rawHeaders: incoming.rawHeaders,
    sourceIp: (incoming.socket.remoteAddress ?? '127.0.0.1').replace('::ffff:', ''),
    body: Buffer.concat(chunks),
  };
};

const send = (outgoing: ServerResponse, { status, headers, body }: HttpResponse): void => {
  outgoing.statusCode = status;
  for (const [name, value] of headers) outgoing.appendHeader(name, value);
  outgoing.setHeader('content-length', body.length);
  outgoing.end(body);
};
