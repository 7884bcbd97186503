/**
 * Counts the requests that were refused before they were opened, for admins. Anyone can send them,
 * so they are grouped: a flood is one entry with a count.
 */
import type { RefusalGroup, Refusals } from '../ports/refusals.ts';
import { type Log, runBestEffort } from './best-effort.ts';

/** A refusal before the envelope was opened. */
export type UnopenedRefusal = RefusalGroup;

/** The dependencies of the counter. */
export interface UnopenedContext {
  readonly refusals: Pick<Refusals, 'add'>;
  readonly nowMilliseconds: () => number;
  readonly log: Log;
}

/** The shortest time between two writes of one group by one function, in milliseconds. */
const minWriteMilliseconds = 60_000;

/**
 * The groups that one function counts at once. Within a minute, further groups of one code share an
 * entry.
 */
const maxGroups = 100;

/** The source of that shared entry. */
const otherSources = 'others';

/** The longest that a device waits for a write. */
const maxMilliseconds = 1000;

interface Counted {
  pending: number;
  writtenAtMilliseconds: number;
}

/**
 * Creates a function that counts a refusal and never throws. The first refusal of a group is
 * written at once. Later ones are added in memory, and written with the next one after a minute. A
 * function that ends loses the counts in its memory, so a count can be too low by the refusals of
 * one minute. The log and the metrics include every refusal.
 */
export function createUnopenedCounter({
  refusals,
  nowMilliseconds,
  log,
}: UnopenedContext): (refused: UnopenedRefusal) => Promise<void> {
  const groups = new Map<string, Counted>();
  return async (refused) => {
    const now = nowMilliseconds();
    const group = assignGroup(groups, refused, now);
    const counted = groups.get(keyOf(group)) ?? { pending: 0, writtenAtMilliseconds: 0 };
    counted.pending += 1;
    groups.set(keyOf(group), counted);
    if (now - counted.writtenAtMilliseconds < minWriteMilliseconds) return;
    const { pending } = counted;
    counted.pending = 0;
    counted.writtenAtMilliseconds = now;
    const add = () => refusals.add(group, pending, now);
    await runBestEffort('refusal', maxMilliseconds, add, log);
  };
}

/** The refusal's own group, or the shared one if the function counts too many groups. */
function assignGroup(
  groups: Map<string, Counted>,
  refused: UnopenedRefusal,
  now: number,
): UnopenedRefusal {
  if (groups.has(keyOf(refused)) || groups.size < maxGroups) return refused;
  for (const [key, { pending, writtenAtMilliseconds }] of groups)
    if (pending === 0 && now - writtenAtMilliseconds >= minWriteMilliseconds) groups.delete(key);
  const { connectorId, code } = refused;
  return groups.size < maxGroups ? refused : { connectorId, code, source: otherSources };
}

const keyOf = ({ code, refused = '', source }: UnopenedRefusal): string =>
  JSON.stringify([code, refused, source]);
