/**
 * History in DynamoDB: the settled rows of a day beside the refusals of that day, merged by time.
 */
import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { Fault } from '../core/errors.ts';
import type { History, HistoryEntry } from '../ports/history.ts';
import { byDayIndex } from './enrolment-keys.ts';
import { readHistoryEntry, toDay } from './history-item.ts';

/**
 * How far back admins can page, in days. Rows of longer-lived certificates are found by serial
 * number or subject.
 */
const listedDays = 30;

/**
 * How many days one page covers. A page of a quiet connector may be empty and still have a next
 * one.
 */
const daysAPage = 30;

const dayMilliseconds = 86_400_000;

/** The tables that hold how requests ended. */
export interface HistoryTables {
  readonly enrolments: string;
  readonly refusals: string;
}

/** An entry, and the sort key under which it is listed. */
interface Listed {
  readonly at: string;
  readonly entry: HistoryEntry;
}

/** A page in the order of time: a group of refusals is listed under the end of its hour. */
const entriesOf = (listed: readonly Listed[]): readonly HistoryEntry[] =>
  listed
    .map(({ entry }) => entry)
    .toSorted((one, other) => other.atMilliseconds - one.atMilliseconds);

/** The port on both tables. */
export function createDynamoHistory(
  client: Pick<DynamoDBClient, 'send'>,
  { enrolments, refusals }: HistoryTables,
): History {
  const ofDay = async (
    connectorId: string,
    day: string,
    before: string | undefined,
    limit: number,
  ): Promise<readonly Listed[]> => {
    const query = dayQuery(`${connectorId}#${day}`, before, limit);
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
      const start = before === undefined ? { time: now, at: undefined } : positionOf(before);
      const oldest = now - listedDays * dayMilliseconds;
      const listed: Listed[] = [];
      let time = start.time;
      for (let days = 0; days < daysAPage && time >= oldest; days += 1, time -= dayMilliseconds) {
        const day = toDay(time);
        const at = days === 0 ? start.at : undefined;
        listed.push(...(await ofDay(connectorId, day, at, limit - listed.length)));
        const last = listed.at(-1);
        if (last !== undefined && listed.length >= limit)
          return { entries: entriesOf(listed), next: `${day}|${last.at}` };
      }
      const entries = entriesOf(listed);
      return time >= oldest ? { entries, next: toDay(time) } : { entries };
    },
  };
}

const dayQuery = (connectorDay: string, before: string | undefined, Limit: number) => ({
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

/** A position is a day, and the last entry of it that was shown. */
function positionOf(before: string): { readonly time: number; readonly at: string | undefined } {
  const [day = '', at] = before.split('|');
  const time = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) : Number.NaN;
  if (Number.isNaN(time)) throw new Fault('PositionUnreadable');
  return { time, at };
}
