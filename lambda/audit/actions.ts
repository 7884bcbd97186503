/** Records the actions of admins: a log line for each, and an event if the bus accepts it. */
import type { EventBus } from '../ports/history.ts';
import { type Log, runBestEffort } from './best-effort.ts';
import { buildChallengeEvent, type ChallengeActionRecord, type EventSubjects } from './events.ts';

/** The dependencies of the recorder. */
export interface ActContext extends Pick<EventSubjects, 'arnPrefix'> {
  readonly events: EventBus;
  readonly log: Log;
}

/** An admin waits meanwhile, and the log line is written in any case. */
const maxMilliseconds = 2000;

/** Records actions; never throws. */
export const createActionRecorder =
  ({ events, arnPrefix, log }: ActContext): ((acted: ChallengeActionRecord) => Promise<void>) =>
  async (acted) => {
    log({ audit: `Challenge ${acted.action}`, ...acted });
    const event = buildChallengeEvent(acted, { arnPrefix });
    await runBestEffort('event', maxMilliseconds, () => events.publish(event), log);
  };
