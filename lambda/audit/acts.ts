/** Records the actions of admins: a log line for each, and an event if the bus accepts it. */
import type { EventBus } from '../ports/history.ts';
import { bestEffort, type Log } from './best-effort.ts';
import { type ChallengeActed, challengeEvent, type EventSubjects } from './events.ts';

/** The dependencies of the recorder. */
export interface ActContext extends Pick<EventSubjects, 'arnPrefix'> {
  readonly events: EventBus;
  readonly log: Log;
}

/** An admin waits meanwhile, and the log line is written in any case. */
const longestMilliseconds = 2000;

/** Records actions; never throws. */
export const actRecorder =
  ({ events, arnPrefix, log }: ActContext): ((acted: ChallengeActed) => Promise<void>) =>
  async (acted) => {
    log({ audit: `Challenge ${acted.action}`, ...acted });
    const event = challengeEvent(acted, { arnPrefix });
    await bestEffort('event', longestMilliseconds, () => events.publish(event), log);
  };
