/** The scheduled rotation of one connector's challenge. */
import {
  type ChallengeRotation,
  rotateOnSchedule,
} from '../admin/challenges/scheduled-rotation.ts';
import { requireSetting } from '../config/configuration.ts';
import { createAdministrationFromEnvironment } from './administration.ts';
import { withLog } from './logged.ts';

/** The members of EventBridge's event that are read. */
interface ScheduleEvent {
  readonly id: string;
  readonly time: string;
  readonly resources: readonly string[];
}

const connectorId = requireSetting('connectorId');
const rotation = JSON.parse(requireSetting('challengeRotation')) as ChallengeRotation;

// An error is thrown, so that Lambda retries the event.
export const handler = withLog(
  () => ({ event: 'challenge-rotation', connectorId }),
  async ({ id, time, resources }: ScheduleEvent, log) => {
    const atSeconds = Math.floor(Date.parse(time) / 1000);
    const run = { connectorId, eventId: id, atSeconds, who: resources[0] ?? 'schedule' };
    log({
      outcome: await rotateOnSchedule(rotation, run, createAdministrationFromEnvironment(log)),
    });
  },
);
