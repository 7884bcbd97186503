/**
 * Counts requests that were refused before they were opened, for admins: anyone can send them, so
 * they are grouped, and a flood of them is one entry with a count.
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

/** How often one function writes the count of one group, in milliseconds. */
const minWriteMilliseconds = 60_000;

/**
 * The groups that one function counts at once. Further ones within a minute share an entry for each
 * code.
 */
const maxGroups = 100;

/** The source of refusals that got no group of their own. */
const otherSources = 'others';

/** A device waits for its answer meanwhile. */
const maxMilliseconds = 1000;

interface Counted {
  pending: number;
  writtenAtMilliseconds: number;
}

/**
 * Counts refusals; never throws. The first one of a group is written at once. Later ones are added
 * in memory, and written with the next one after a minute. What a function still holds when it ends
 * is lost, so a count may be low by the refusals of a minute for each function. The log and the
 * metrics have every one.
 */
export function createUnopenedCounter({
  refusals,
  nowMilliseconds,
  log,
}: UnopenedContext): (refused: UnopenedRefusal) => Promise<void> {
  const groups = new Map<string, Counted>();
  return async (refused) => {
    const now = nowMilliseconds();
    const group = groupIn(groups, refused, now);
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

/** The group itself; that of all other sources if the function counts too many by now. */
function groupIn(
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
