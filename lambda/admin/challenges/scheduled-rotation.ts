/** A challenge that changes by itself: made when it is missing, rotated when it is old enough. */
import type { Administration, ChallengeView } from '../administration.ts';
import { AdminFault } from '../api/fault.ts';

/** The declaration of a connector. */
export interface ChallengeRotation {
  /** The name of the static challenge that is made and rotated. */
  readonly name: string;
  readonly everyDays: number;
  /** How long the old one stays good. */
  readonly overlapDays: number;
}

/** One run of the schedule. EventBridge may send its event twice, and Lambda may run it again. */
export interface ScheduledRun {
  readonly connectorId: string;
  /** The event's own id, which repeats share. */
  readonly eventId: string;
  readonly atSeconds: number;
  /** The rule's ARN, for the audit. */
  readonly who: string;
}

const daySeconds = 86_400;
const pageLimit = 1000;

/**
 * Ten thousand challenges are searched. If the newest of that name is beyond them, another one is
 * made.
 */
const maxPages = 10;

/**
 * Does what is due, and returns what it was. Repeated for one event, or run again after a crash, it
 * ends with the same challenge: it never rotates a challenge that this run itself may have made.
 */
export async function rotateOnSchedule(
  { name, everyDays, overlapDays }: ChallengeRotation,
  { connectorId, eventId, atSeconds, who }: ScheduledRun,
  administration: Pick<Administration, 'challenges' | 'create' | 'rotate'>,
): Promise<'created' | 'rotated' | 'nothing due' | 'done before'> {
  const named = await namedChallenges(connectorId, name, administration);
  const [newest] = named.filter(({ createdAtSeconds }) => createdAtSeconds < atSeconds);
  if (newest === undefined && named.length > 0) return 'done before';
  try {
    if (newest === undefined) {
      await administration.create(connectorId, { name, clientToken: eventId }, who);
      return 'created';
    }
    if (atSeconds - newest.createdAtSeconds < everyDays * daySeconds) return 'nothing due';
    const terms = { overlapSeconds: overlapDays * daySeconds, clientToken: eventId };
    await administration.rotate(connectorId, newest.challengeId, terms, who);
    return 'rotated';
  } catch (error) {
    // By an earlier delivery of this event, more than five minutes ago, or by an admin just now.
    if (error instanceof AdminFault && error.name === 'ConflictException') return 'done before';
    throw error;
  }
}

/** The static challenges of that name, the newest first. */
async function namedChallenges(
  connectorId: string,
  name: string,
  { challenges }: Pick<Administration, 'challenges'>,
): Promise<readonly ChallengeView[]> {
  const found: ChallengeView[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < maxPages; pages += 1) {
    const page = await challenges(connectorId, { limit: pageLimit, after });
    found.push(...page.challenges.filter((one) => one.name === name && one.maxUses === undefined));
    if (page.next === undefined) break;
    after = page.next;
  }
  return found;
}
