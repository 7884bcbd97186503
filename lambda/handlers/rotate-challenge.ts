/** The scheduled rotation of one connector's challenge. */
import middy from '@middy/core';
import { type ChallengeRotation, rotateOnSchedule } from '../admin/scheduled-rotation.ts';
import { administration } from './administration.ts';
import { setting } from './configuration.ts';
import { logLine } from './log-line.ts';

/** The part of EventBridge's event that is looked at. */
interface ScheduleEvent {
  readonly id: string;
  readonly time: string;
  readonly resources: readonly string[];
}

const connectorId = setting('connectorId');
const rotation = JSON.parse(setting('challengeRotation')) as ChallengeRotation;

const log = (fields: Readonly<Record<string, unknown>>): void =>
  logLine({ event: 'challenge-rotation', connectorId, ...fields });

export const handler = middy<ScheduleEvent, void>()
  .onError(({ error }) => {
    // Thrown on, so that Lambda tries again; its name alone.
    log({ outcome: 'failed', code: error?.name ?? 'Unknown' });
    throw new Error(error?.name ?? 'Unknown');
  })
  .handler(async ({ id, time, resources }) => {
    const atSeconds = Math.floor(Date.parse(time) / 1000);
    const run = { connectorId, eventId: id, atSeconds, who: resources[0] ?? 'schedule' };
    log({ outcome: await rotateOnSchedule(rotation, run, administration(log)) });
  });
