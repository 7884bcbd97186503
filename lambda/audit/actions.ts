/** Records each action of an admin: one log line, and one event if the bus accepts it. */
import type { EventBus } from '../ports/history.ts';
import { type Log, runBestEffort } from './best-effort.ts';
import { buildChallengeEvent, type ChallengeActionRecord, type EventSubjects } from './events.ts';

/** The dependencies of the action recorder. */
export interface ActionContext extends Pick<EventSubjects, 'arnPrefix'> {
  readonly events: EventBus;
  readonly log: Log;
}

/** The longest that an admin waits for the event. The log line is written before it. */
const maxMilliseconds = 2000;

/** Creates a function that records an action and never throws. */
export const createActionRecorder =
  ({ events, arnPrefix, log }: ActionContext): ((action: ChallengeActionRecord) => Promise<void>) =>
  async (action) => {
    log({ audit: `Challenge ${action.action}`, ...action });
    const event = buildChallengeEvent(action, { arnPrefix });
    await runBestEffort('event', maxMilliseconds, () => events.publish(event), log);
  };
