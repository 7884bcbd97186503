/**
 * The app on this machine with AWS's runtime client. The runner's worker threads load a shim
 * instead of each bundle. The shim passes the event to a process that runs the bundle, and has its
 * result.
 */
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareRunInfo } from '../../../lib/local/run-info.ts';
import { startLocalStack } from '../../../lib/local/stack.ts';
import { synthesize } from '../../../lib/local/synthesize.ts';
import { readAssembly } from '../../../lib/local/template/assembly.ts';
import { projectDirectory } from '../command.ts';
import { type DeployedFunction, startFunctionProcess } from './function-process.ts';
import { functionProcesses } from './function-processes.ts';
import { handlerOf } from './handlers.ts';
import type { Ended, RuntimeEvent } from './runtime-api.ts';

/** An event of a function, and its result. */
export interface Invocation extends DeployedFunction, RuntimeEvent {
  /** The file in lambda/handlers, without its extension. */
  readonly handler: string;
  readonly ended: Ended;
}

/** The message of a shim. */
type Forwarded = DeployedFunction & RuntimeEvent;

/** Starts the app with the sample connector and those that the runner adds. */
export async function startApp(client: string) {
  const directory = mkdtempSync(join(tmpdir(), 'scep-runtime-client-'));
  const stateDirectory = join(directory, 'state');
  const invocations: Invocation[] = [];
  const processes = functionProcesses((wanted) => startFunctionProcess(client, wanted));
  const forward = async (forwarded: Forwarded): Promise<Ended> => {
    const ended = await processes.invoke(forwarded, forwarded);
    invocations.push({ ...forwarded, handler: handlerOf(forwarded.functionArn), ended });
    return ended;
  };
  const forwarder = await startForwarder(forward);
  const stack = await startLocalStack({
    stateDirectory,
    isIntune: true,
    pcaDelaySeconds: 0.3,
    assembly: async (tenant) => {
      const outputDirectory = join(directory, 'assembly');
      const additions = { ...tenant, ndes: true };
      await synthesize({ projectDirectory, outputDirectory, additions });
      shimBundles(outputDirectory, forwarder.url);
      return outputDirectory;
    },
  });
  const introduction = await prepareRunInfo(stack, join(directory, 'challenge.json'));
  return {
    introduction,
    stack,
    directory,
    stateDirectory,
    invocations,
    lines: processes.lines,
    retried: () => retriedErrors(join(directory, 'assembly')),
    stop: async () => {
      await stack.stop();
      await processes.stop();
      await forwarder.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Reads the names of errors that the state machines of an assembly retry or catch. */
function retriedErrors(assembly: string): readonly string[] {
  const { template } = readAssembly(assembly);
  const text = JSON.stringify(template.Resources).replaceAll('\\"', '"');
  return [...text.matchAll(/"ErrorEquals":\[([^\]]*)\]/g)].flatMap(([, names = '']) =>
    [...names.matchAll(/"([\w.]+)"/g)].map(([, name]) => name ?? ''),
  );
}

/** Replaces each bundle of an assembly by a shim, and moves the bundle beside it. */
function shimBundles(assembly: string, url: string): void {
  for (const name of readdirSync(assembly).filter((each) => each.startsWith('asset.'))) {
    const asset = join(assembly, name);
    if (!readdirSync(asset).includes('index.mjs')) continue;
    const file = join(asset, 'bundle.mjs');
    renameSync(join(asset, 'index.mjs'), file);
    writeFileSync(join(asset, 'index.mjs'), shim(url, file));
  }
}

const shim = (url: string, file: string): string => `
export const handler = async (event, context) => {
  const forwarded = {
    file: ${JSON.stringify(file)},
    environment: { ...process.env },
    event,
    functionArn: context.invokedFunctionArn,
    deadline: Date.now() + context.getRemainingTimeInMillis(),
  };
  const response = await fetch(${JSON.stringify(url)}, { method: 'POST', body: JSON.stringify(forwarded) });
  const ended = await response.json();
  if (ended.kind === 'response') return ended.payload;
  throw Object.assign(new Error(ended.errorMessage), { name: ended.errorType, stack: '' });
};
`;

/** Starts the server to which shims send their events. */
async function startForwarder(forward: (forwarded: Forwarded) => Promise<Ended>) {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const ended = await forward(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    response.end(JSON.stringify(ended));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

/** The credential of the NDES page, as an admin reads it in Secrets Manager. */
export function ndesCredential(stateDirectory: string): string {
  const secrets = JSON.parse(readFileSync(join(stateDirectory, 'secrets.json'), 'utf8')) as {
    readonly name: string;
    readonly versions: Readonly<Record<string, { readonly value?: { readonly text: string } }>>;
  }[];
  const secret = secrets.find(({ name }) => /NdesSecret/.test(name));
  const { username, password } = JSON.parse(
    Object.values(secret?.versions ?? {}).at(-1)?.value?.text ?? '{}',
  );
  return Buffer.from(`${username}:${password}`).toString('base64');
}
