/** The scheduled rotation, which creates a missing challenge and rotates one that is old enough. */
import type { Administration, ChallengeView } from '../administration.ts';
import { AdminFault } from '../api/fault.ts';

/** A connector's declaration of the rotation. */
export interface ChallengeRotation {
  /** The name of the static challenge to create and rotate. */
  readonly name: string;
  readonly everyDays: number;
  /** The time for which the old challenge stays valid. */
  readonly overlapDays: number;
}

/** One run of the schedule. EventBridge can send an event twice, and Lambda can retry it. */
export interface ScheduledRun {
  readonly connectorId: string;
  /** The id of the event, which its repetitions share. */
  readonly eventId: string;
  readonly atSeconds: number;
  /** The rule's ARN, for the audit. */
  readonly who: string;
}

const daySeconds = 86_400;
const pageLimit = 1000;

/**
 * The search covers ten thousand challenges. A challenge beyond them counts as missing, so that
 * another one is created.
 */
const maxPages = 10;

/**
 * Creates or rotates the challenge if that is due, and returns the action. A repeated event or a
 * retry after a crash ends with the same challenge. A run never rotates a challenge that the run
 * itself could have created. Any error is an outage.
 */
export async function rotateOnSchedule(
  { name, everyDays, overlapDays }: ChallengeRotation,
  { connectorId, eventId, atSeconds, who }: ScheduledRun,
  administration: Pick<Administration, 'listChallenges' | 'createChallenge' | 'rotateChallenge'>,
): Promise<'created' | 'rotated' | 'nothing due' | 'done before'> {
  const named = await findStaticChallenges(connectorId, name, administration);
  const [newest] = named.filter(({ createdAtSeconds }) => createdAtSeconds < atSeconds);
  if (newest === undefined && named.length > 0) return 'done before';
  try {
    if (newest === undefined) {
      await administration.createChallenge(connectorId, { name, clientToken: eventId }, who);
      return 'created';
    }
    if (atSeconds - newest.createdAtSeconds < everyDays * daySeconds) return 'nothing due';
    const terms = { overlapSeconds: overlapDays * daySeconds, clientToken: eventId };
    await administration.rotateChallenge(connectorId, newest.challengeId, terms, who);
    return 'rotated';
  } catch (error) {
    // An earlier delivery of this event rotated it over five minutes ago, or an admin just did.
    if (error instanceof AdminFault && error.name === 'ConflictException') return 'done before';
    throw error;
  }
}

/** The static challenges with this name, the newest first. */
async function findStaticChallenges(
  connectorId: string,
  name: string,
  administration: Pick<Administration, 'listChallenges'>,
): Promise<readonly ChallengeView[]> {
  const found: ChallengeView[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < maxPages; pages += 1) {
    const page = await administration.listChallenges(connectorId, { limit: pageLimit, after });
    found.push(...page.challenges.filter((one) => one.name === name && one.maxUses === undefined));
    if (page.next === undefined) break;
    after = page.next;
  }
  return found;
}
