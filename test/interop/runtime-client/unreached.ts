/** Handlers that no flow of the sample app invokes, with their events and environments. */
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { ChallengeRotation } from '../../../lambda/admin/challenges/scheduled-rotation.ts';
import { environment } from '../../../lambda/config/environment.ts';
import { bundleOptions } from '../../../lib/cloud/handler-bundle.ts';
import { projectDirectory } from '../command.ts';
import type { Invocation } from './app.ts';

interface Unreached {
  /** The handler whose event and environment are used instead. */
  readonly like: string;
  readonly event?: unknown;
  readonly environment?: Readonly<Record<string, string>>;
}

const rotation: ChallengeRotation = { name: 'rotated', everyDays: 30, overlapDays: 7 };

/** The unreached handlers by name. */
export const unreached: Readonly<Record<string, Unreached>> = {
  // The sample app does not rotate a challenge.
  'rotate-challenge': {
    like: 'admin',
    event: { id: 'one', time: '2026-01-31T12:00:00Z', resources: ['arn:aws:events:rule/one'] },
    environment: {
      [environment.connectorId]: 'default',
      [environment.challengeRotation]: JSON.stringify(rotation),
    },
  },
};

/** Builds the event for a handler from another handler's, and bundles it as synthesis does. */
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
