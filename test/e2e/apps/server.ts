/**
 * The process that runs the apps of the end-to-end tests. Test files that name the same app share
 * it, and apps of the same declaration share a cloud assembly, because synthesis takes ten seconds.
 * It ends when Vitest does.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { StartedApp } from './start-app.ts';
import type { AppCall, AppRequest } from './wire.ts';

const directory = mkdtempSync(join(tmpdir(), 'scep-e2e-'));
const apps = new Map<string, Promise<StartedApp>>();

/** Loads the code of an app only for the first app, because many runs need none. */
async function start(request: AppRequest): Promise<StartedApp> {
  const { startApp } = await import('./start-app.ts');
  return await startApp(request, directory);
}

function appOf(request: AppRequest): Promise<StartedApp> {
  const key = JSON.stringify(request);
  const app = apps.get(key) ?? start(request);
  apps.set(key, app);
  return app;
}

async function answer(request: IncomingMessage): Promise<unknown> {
  const { app, fire, leaveOut, missed } = (await json(request)) as AppCall;
  const { stack, facts } = await appOf(app);
  if (leaveOut !== undefined) await stack.leaveOut(leaveOut ?? undefined);
  if (missed) return stack.missed();
  if (fire === undefined) return facts;
  const rule = stack.schedules.find((id) => id.includes(fire)) ?? fire;
  const results = await stack.fireSchedule(rule);
  const failed = results.find((result) => !result.ok);
  if (failed && !failed.ok) throw new Error(`${rule}: ${failed.error.errorType}`);
  return {};
}

const server = createServer((request, response) => {
  answer(request).then(
    (value) => response.end(JSON.stringify(value)),
    (error: Error) => response.writeHead(500).end(error.stack),
  );
});

server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

// Vitest has ended.
process.once('disconnect', async () => {
  server.closeAllConnections();
  const started = await Promise.allSettled(apps.values());
  for (const app of started) if (app.status === 'fulfilled') await app.value.stack.stop();
  rmSync(directory, { recursive: true, force: true });
  process.exit(0);
});
// Ctrl-C in a terminal goes to this process too; Vitest ends first.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
