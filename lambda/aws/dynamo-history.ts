/** History in DynamoDB: the settled rows and the refusals of each day, merged by time. */
import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { Fault } from '../core/errors.ts';
import type { History, HistoryEntry } from '../ports/history.ts';
import { toConnectorDay, toDay } from './day-list.ts';
import { byDayIndex } from './enrolment-keys.ts';
import { readHistoryEntry } from './history-item.ts';

/** How far back admins can page, in days. */
const listedDays = 30;

/**
 * How many days one page covers. A page of a quiet connector can be empty and still have a next
 * page.
 */
const daysPerPage = 30;

const dayMilliseconds = 86_400_000;

/** The tables of outcomes. */
export interface HistoryTables {
  readonly enrolments: string;
  readonly refusals: string;
}

/** An entry and its sort key. */
interface Listed {
  readonly at: string;
  readonly entry: HistoryEntry;
}

/**
 * Sorts a page by time. A group of refusals has the end of its hour as its sort key, which is later
 * than its last refusal.
 */
const sortEntries = (listed: readonly Listed[]): readonly HistoryEntry[] =>
  listed
    .map(({ entry }) => entry)
    .toSorted((one, other) => other.atMilliseconds - one.atMilliseconds);

/** The port on both tables. */
export function createDynamoHistory(
  client: Pick<DynamoDBClient, 'send'>,
  { enrolments, refusals }: HistoryTables,
): History {
  const readDay = async (
    connectorId: string,
    milliseconds: number,
    before: string | undefined,
    limit: number,
  ): Promise<readonly Listed[]> => {
    const query = buildDayQuery(toConnectorDay(connectorId, milliseconds), before, limit);
    const [settled, refused] = await Promise.all([
      client.send(new QueryCommand({ TableName: enrolments, IndexName: byDayIndex, ...query })),
      client.send(new QueryCommand({ TableName: refusals, ...query })),
    ]);
    return [...(settled.Items ?? []), ...(refused.Items ?? [])]
      .map((item) => ({ at: item.endedAt?.S ?? '', entry: readHistoryEntry(connectorId, item) }))
      .toSorted((one, other) => (one.at < other.at ? 1 : -1))
      .slice(0, limit);
  };
  return {
    list: async (connectorId, { limit, before }, nowSeconds) => {
      const now = nowSeconds * 1000;
      const start = before === undefined ? { time: now, at: undefined } : parsePosition(before);
      const oldest = now - listedDays * dayMilliseconds;
      const listed: Listed[] = [];
      let time = start.time;
      for (let days = 0; days < daysPerPage && time >= oldest; days += 1, time -= dayMilliseconds) {
        const at = days === 0 ? start.at : undefined;
        listed.push(...(await readDay(connectorId, time, at, limit - listed.length)));
        const last = listed.at(-1);
        if (last !== undefined && listed.length >= limit)
          return { entries: sortEntries(listed), next: `${toDay(time)}|${last.at}` };
      }
      const entries = sortEntries(listed);
      return time >= oldest ? { entries, next: toDay(time) } : { entries };
    },
  };
}

const buildDayQuery = (connectorDay: string, before: string | undefined, Limit: number) => ({
  KeyConditionExpression: before
    ? 'connectorDay = :day AND endedAt < :before'
    : 'connectorDay = :day',
  ExpressionAttributeValues: {
    ':day': { S: connectorDay },
    ...(before && { ':before': { S: before } }),
  },
  ScanIndexForward: false,
  Limit,
});

/** Parses a position: a day, and the sort key of that day's last shown entry. */
function parsePosition(before: string): { readonly time: number; readonly at: string | undefined } {
  const [day = '', at] = before.split('|');
  const time = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) : Number.NaN;
  if (Number.isNaN(time)) throw new Fault('PositionUnreadable');
  return { time, at };
}
