/**
 * The engine as a plain server: `node:http`, the pure modules, ports in this process, and a CA that
 * signs at once. An attempt is certified before its start returns, so nothing waits.
 */
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { runCertify } from '../../lambda/issuance/certify.ts';
import { buildCaCertificates, buildCapabilities } from '../../lambda/message/ca-answers.ts';
import { answerPkiMessage } from '../../lambda/scep/answer-pki-message.ts';
import { makeAuthority } from '../connector/authority.ts';
import { createBenchChallenge, createConnector, settings } from '../connector/connector.ts';

const [directory = '', port = '', raFile = ''] = process.argv.slice(2);

const authority = await makeAuthority(directory);
const { scep, store } = createConnector(authority, (context) => ({
  start: async (attempt) => {
    const { isDone } = await runCertify(attempt, context);
    if (!isDone) throw new Error('the CA of the bench signs at once');
  },
}));
await createBenchChallenge(store.challenges);
writeFileSync(join(directory, raFile), authority.raCertificate);

const answers: Readonly<
  Record<string, (request: IncomingMessage) => Promise<Uint8Array | string>>
> = {
  GetCACaps: async () => buildCapabilities(settings.quirks),
  GetCACert: async () => buildCaCertificates(scep.identities[0], settings.quirks),
  PKIOperation: async (request) =>
    (await answerPkiMessage(await readBody(request), scep, '127.0.0.1')).certRep,
};

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const operation = new URLSearchParams(request.url?.split('?')[1]).get('operation') ?? '';
  const body = await answers[operation]?.(request);
  response.writeHead(body === undefined ? 400 : 200, { 'content-type': mediaType });
  response.end(body);
}

const mediaType = 'application/x-pki-message';

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

createServer((request, response) => {
  respond(request, response).catch((error: unknown) => {
    console.error(error);
    response.writeHead(500).end();
  });
}).listen(Number(port), '127.0.0.1');
