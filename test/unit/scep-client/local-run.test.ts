import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../local/temporary-directory.ts';

/** Starts a server that answers 404 to every request. `paths` are the requested paths. */
async function createEmptyServer(): Promise<{ readonly url: string; readonly paths: string[] }> {
  const paths: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    paths.push(url);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
}

/** Runs a program of bin/ in a directory without a local run, and returns its exit code. */
function run(program: string, args: readonly string[], environment: Record<string, string>) {
  const file = join(import.meta.dirname, '../../../bin', program);
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [file, ...args], { cwd: temporaryDirectory(), env });
  return new Promise<number | null>((resolve) => child.on('close', resolve));
}

describe('the local run', () => {
  it.each([
    ['enroll.ts', ['--subject', 'CN=a', '--timeout', '0'], '/scep/elsewhere?operation=GetCACaps'],
    ['admin.ts', ['connectors'], '/connectors'],
    [
      'admin.ts',
      ['profile', '--subject', 'CN=a', '--new-challenge'],
      '/scep/elsewhere?operation=GetCACert',
    ],
  ])('is read from the directory SCEP_LOCAL_STATE by %s %j', async (program, args, path) => {
    const { url, paths } = await createEmptyServer();
    const state = temporaryDirectory();
    const content = { scepUrl: `${url}/scep/elsewhere`, adminUrl: url, connectorId: 'default' };
    writeFileSync(join(state, 'run.json'), JSON.stringify({ ...content, challengePassword: 'S' }));
    expect(await run(program, args, { SCEP_LOCAL_STATE: state })).toBe(1);
    expect(paths).toEqual([path]);
  });
});
