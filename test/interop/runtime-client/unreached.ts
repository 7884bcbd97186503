/**
 * Handlers that no flow of the sample app reaches: their own events, and whose environment they
 * take.
 */
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { ChallengeRotation } from '../../../lambda/admin/challenges/scheduled-rotation.ts';
import { environment } from '../../../lambda/config/environment.ts';
import { bundleOptions } from '../../../lib/cloud/handler-bundle.ts';
import { projectDirectory } from '../command.ts';
import type { Invocation } from './app.ts';

interface Unreached {
  /** The handler whose event and environment serve. */
  readonly like: string;
  readonly event?: unknown;
  readonly environment?: Readonly<Record<string, string>>;
}

const rotation: ChallengeRotation = { name: 'rotated', everyDays: 30, overlapDays: 7 };

/** By handler. */
export const unreached: Readonly<Record<string, Unreached>> = {
  // The sample app rotates no challenge.
  'rotate-challenge': {
    like: 'admin',
    event: { id: 'one', time: '2026-01-31T12:00:00Z', resources: ['arn:aws:events:rule/one'] },
    environment: {
      [environment.connectorId]: 'default',
      [environment.challengeRotation]: JSON.stringify(rotation),
    },
  },
};

/**
 * The event for a handler, its bundle made as synthesis makes it, with what another handler was
 * given.
 */
export function eventFor(handler: string, given: Invocation, directory: string): Invocation {
  const { event = given.event, environment: own } = unreached[handler] ?? {};
  const file = join(directory, handler, `${handler}.mjs`);
  buildSync({
    ...bundleOptions,
    entryPoints: [join(projectDirectory, 'lambda/handlers', `${handler}.ts`)],
    outdir: join(directory, handler),
  });
  return { ...given, handler, file, event, environment: { ...given.environment, ...own } };
}
