/** Handlers that no flow of the sample app invokes, with their events and environments. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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
  /** A variable of another function's environment, by its handler. */
  readonly variableOf?: Readonly<Record<string, string>>;
}

/** Takes the answers of custom resources, as CloudFormation does. */
const answers = createServer((_, response) => void response.end()).unref();
await new Promise<void>((resolve) => void answers.listen(0, '127.0.0.1', resolve));
const { port } = answers.address() as AddressInfo;

const rotation: ChallengeRotation = { name: 'rotated', everyDays: 30, overlapDays: 7 };

/** The unreached handlers by name. */
export const unreached: Readonly<Record<string, Unreached>> = {
  // The sample app does not rotate a challenge.
  'rotate-challenge': {
    like: 'admin',
    event: { id: 'one', time: '2026-01-31T12:00:00Z', resources: ['arn:aws:events:rule/one'] },
    environment: {
      [environment.connectorId]: 'ndes',
      [environment.challengeRotation]: JSON.stringify(rotation),
    },
    variableOf: { 'mscep-admin': environment.administeredConnector },
  },
  // The sample app makes its CA, so nothing describes it. A deletion is answered at once.
  'describe-authority': {
    like: 'certify',
    event: {
      RequestType: 'Delete',
      ResponseURL: `http://127.0.0.1:${port}/`,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'resource',
      PhysicalResourceId: 'physical',
      ResourceProperties: {},
    },
  },
};

/** Builds the event for a handler from another handler's, and bundles it as synthesis does. */
export function eventFor(
  handler: string,
  given: Invocation,
  { directory, invocations }: { directory: string; invocations: readonly Invocation[] },
): Invocation {
  const { event = given.event, environment: own, variableOf = {} } = unreached[handler] ?? {};
  const borrowed = Object.entries(variableOf).map(([other, name]) => [
    name,
    invocations.find((one) => one.handler === other)?.environment[name] ?? '',
  ]);
  const file = join(directory, handler, `${handler}.mjs`);
  buildSync({
    ...bundleOptions,
    entryPoints: [join(projectDirectory, 'lambda/handlers', `${handler}.ts`)],
    outdir: join(directory, handler),
  });
  return {
    ...given,
    handler,
    file,
    event,
    environment: { ...given.environment, ...own, ...Object.fromEntries(borrowed) },
  };
}
