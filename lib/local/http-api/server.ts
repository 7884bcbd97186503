/** The adapter: Node's HTTP server onto `handleRequest`. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isAddressedToThisMachine, isOwnPage } from '../console/browsers.ts';
import { type Console, isForConsole } from '../console/console.ts';
import { type HttpApi, handleRequest } from './http-api.ts';
import {
  bodyReadLimitBytes,
  buildGatewayMessage,
  type HttpRequest,
  type HttpResponse,
} from './http-request.ts';

/** A server that has its port, and serves once it is given an API. */
export interface HttpApiServer {
  readonly url: string;
  readonly port: number;
  /** With a console, `/console` and what is below it is answered by that. */
  readonly serve: (api: HttpApi, console?: Console) => void;
  readonly stop: () => Promise<void>;
}

/** How a server is opened. `portVariable` is named when the port is taken. */
export interface HttpApiServerOptions {
  readonly port: number;
  readonly portVariable: string;
  /**
   * Refuses requests that a web page made: the admin API checks no signature, so no page may reach
   * it.
   */
  readonly refusesBrowsers: boolean;
}

/** What a server answers with. */
interface Served {
  readonly api: HttpApi;
  readonly console: Console | undefined;
}

// Far above API Gateway's own limit, so that it is that limit which answers.
const nodeHeaderLimitBytes = 128 * 1024;

/**
 * Takes a port of the loopback interface, 0 for any; refuses a taken one with what to do about it.
 */
export const openHttpApiServer = async (options: HttpApiServerOptions): Promise<HttpApiServer> => {
  let served: Served | undefined;
  // strongSwan's fetcher speaks HTTP/1.0 and some devices send no Host.
  const server = createServer(
    { requireHostHeader: false, maxHeaderSize: nodeHeaderLimitBytes },
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
      const advice = `port ${port} of 127.0.0.1 is taken: end what uses it, or choose another by ${portVariable}=NUMBER`;
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
    send(outgoing, await responseTo(incoming, options, served));
  } catch (error) {
    // The client went away in the middle of its request, or this runner is at fault.
    if (!incoming.destroyed) console.error(error);
    outgoing.destroy();
  }
};

const responseTo = async (
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
  // Leaving off in the middle must not close the connection: the answer, 413, goes over it.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size >= bodyReadLimitBytes) break;
  }
  // What is left of a body that is too large is read and dropped: it lies in front of the next
  // request on the connection. Node ends a request that takes five minutes.
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
