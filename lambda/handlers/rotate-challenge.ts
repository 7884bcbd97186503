/** The scheduled rotation of one connector's challenge. */
import {
  type ChallengeRotation,
  rotateOnSchedule,
} from '../admin/challenges/scheduled-rotation.ts';
import { requireSetting } from '../config/configuration.ts';
import { administeredConnector } from './administered-connector.ts';
import { createAdministrationOf } from './administration.ts';
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
    const administration = createAdministrationOf([administeredConnector], log);
    log({ outcome: await rotateOnSchedule(rotation, run, administration) });
  },
);
