/**
 * dynoxide, a DynamoDB emulator that a public suite compares with AWS. The contract of our own
 * emulator also runs against it.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runOrThrow } from './command.ts';
import { installedOnce } from './installed.ts';

const version = '3.2.0';

/** The build takes three minutes on two idle cores. */
export const buildMilliseconds = 600_000;

/** Returns the path of the program, which cargo builds if it is missing. */
export const installDynoxide = async (): Promise<string> => {
  const directory = await installedOnce(`dynoxide-${version}`, async (target) => {
    const crate = ['dynoxide-rs', '--version', version, '--locked'];
    await runOrThrow('cargo', ['install', ...crate, '--root', target], {
      timeoutSeconds: buildMilliseconds / 1000,
    });
  });
  return join(directory, 'bin', 'dynoxide');
};

const maxLooks = 100;
const lookMilliseconds = 50;

/** Starts it in memory; `stop` ends it. */
export const startDynoxide = async (): Promise<{ endpoint: string; stop: () => Promise<void> }> => {
  const program = await installDynoxide();
  const port = await freePort();
  const server = spawn(program, ['--port', String(port), '--log', 'quiet'], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => void server.once('exit', () => resolve()));
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    server.kill();
    await ended;
  };
  for (let look = 0; look < maxLooks; look += 1) {
    if (await answers(endpoint)) return { endpoint, stop };
    await setTimeout(lookMilliseconds);
  }
  await stop();
  throw new Error('dynoxide does not answer');
};

const answers = (endpoint: string): Promise<boolean> =>
  fetch(endpoint).then(
    () => true,
    () => false,
  );

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  if (!address || typeof address === 'string') throw new Error('no free port');
  return address.port;
};
