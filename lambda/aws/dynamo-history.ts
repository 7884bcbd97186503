/** The history in DynamoDB: an item an ending, a partition a connector and day, so that no partition grows for ever. */
import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { isRefusalCode } from '../errors.ts';
import type { History, HistoryEntry } from '../ports.ts';
import { optional, ttlAfter } from './attributes.ts';

/** How long an ending is shown, in days: as long as the ledger finds enrolments again, and twice that. */
const keptDays = 90;

/** How many days one page looks at: an idle connector's page is 30 empty queries, one after the other. */
const daysAPage = 30;

const dayMilliseconds = 86_400_000;

type Item = Record<string, AttributeValue>;

/** The port on a table whose keys are `connectorDay` and `at`. */
export const dynamoHistory = (client: DynamoDBClient, TableName: string): History => ({
  record: async (entry) => {
    await client.send(new PutItemCommand({ TableName, Item: itemOf(entry) }));
  },
  list: async (connectorId, { limit, before }, nowSeconds) => {
    const now = nowSeconds * 1000;
    const start = before === undefined ? { time: now, at: undefined } : positionOf(before);
    const oldest = now - keptDays * dayMilliseconds;
    const entries: HistoryEntry[] = [];
    let time = start.time;
    for (let days = 0; days < daysAPage && time >= oldest; days += 1, time -= dayMilliseconds) {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName,
          ...dayQuery(`${connectorId}#${dayOf(time)}`, days === 0 ? start.at : undefined),
          ScanIndexForward: false,
          Limit: limit - entries.length,
        }),
      );
      entries.push(...Items.map((item) => entryOf(connectorId, item)));
      const at = Items.at(-1)?.at?.S;
      if (LastEvaluatedKey && at) return { entries, next: `${dayOf(time)}|${at}` };
      if (entries.length >= limit) return { entries, next: dayOf(time - dayMilliseconds) };
    }
    return time >= oldest ? { entries, next: dayOf(time) } : { entries };
  },
});

const dayQuery = (day: string, before: string | undefined) => ({
  KeyConditionExpression: before ? 'connectorDay = :day AND #at < :at' : 'connectorDay = :day',
  ExpressionAttributeNames: before ? { '#at': 'at' } : undefined,
  ExpressionAttributeValues: { ':day': { S: day }, ...(before && { ':at': { S: before } }) },
});

const dayOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);

/** A position is a day, and what was shown of it last. */
function positionOf(before: string): { readonly time: number; readonly at: string | undefined } {
  const [day = '', at] = before.split('|');
  const time = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) : Number.NaN;
  if (Number.isNaN(time)) throw new Error('PositionUnreadable');
  return { time, at };
}

/** Thirteen digits of milliseconds sort as numbers do until the year 2286. */
const itemOf = (entry: HistoryEntry): Item => ({
  connectorDay: { S: `${entry.connectorId}#${dayOf(entry.atMilliseconds)}` },
  at: { S: `${entry.atMilliseconds}#${entry.id}` },
  outcome: { S: entry.outcome },
  ttl: ttlAfter(entry.atMilliseconds / 1000, keptDays),
  ...Object.fromEntries(
    texts.flatMap((name) => (entry[name] === undefined ? [] : [[name, { S: entry[name] }]])),
  ),
});

const texts = [
  'code',
  'subject',
  'serialHex',
  'certificateArn',
  'challengeId',
  'enrolmentId',
  'transactionId',
] as const;

function entryOf(connectorId: string, item: Item): HistoryEntry {
  const [milliseconds = '', id = ''] = (item.at?.S ?? '').split('#');
  const code = item.code?.S ?? '';
  const { code: _, ...others } = Object.fromEntries(
    texts.flatMap((name) => (item[name]?.S === undefined ? [] : [[name, item[name].S]])),
  ) as Partial<Record<(typeof texts)[number], string>>;
  return {
    connectorId,
    atMilliseconds: Number(milliseconds),
    id,
    outcome: item.outcome?.S === 'issued' ? 'issued' : 'refused',
    // A code of another release's is not shown rather than the whole list refused.
    ...optional('code', isRefusalCode(code) ? code : undefined, (known) => known),
    ...others,
  };
}
