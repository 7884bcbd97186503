/** Fake AWS services that answer every request with an error. No log may contain its message. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Starts them on one port. `error` is the name of the error; its message is a canary. */
export async function startAngryServices(error: string) {
  const body = JSON.stringify({ __type: error, message: 'canary of a service' });
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    /** Replaces the AWS endpoints in an environment by these services; all endpoints by default. */
    angry: (
      environment: Readonly<Record<string, string>>,
      services = /^AWS_ENDPOINT_URL/,
    ): Readonly<Record<string, string>> =>
      Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [
          name,
          services.test(name) ? url : value,
        ]),
      ),
    stop: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
