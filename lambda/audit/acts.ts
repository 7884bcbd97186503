/** What admins did: a log line each, always, and an event, as far as the bus takes it. */
import type { EventBus } from '../ports.ts';
import { bestEffort, type Log } from './best-effort.ts';
import { type ChallengeActed, challengeEvent, type EventSubjects } from './events.ts';

/** What recording acts needs. */
export interface ActContext extends Pick<EventSubjects, 'arnPrefix'> {
  readonly events: EventBus;
  readonly log: Log;
}

/** An admin waits meanwhile, and has the log line in any case. */
const longestMilliseconds = 2000;

/** Records acts; never throws. */
export const actRecorder =
  ({ events, arnPrefix, log }: ActContext): ((acted: ChallengeActed) => Promise<void>) =>
  async (acted) => {
    log({ audit: `Challenge ${acted.act}`, ...acted });
    const event = challengeEvent(acted, { arnPrefix });
    await bestEffort('event', longestMilliseconds, () => events.publish(event), log);
  };
