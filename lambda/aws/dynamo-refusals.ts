/**
 * Requests that were refused without a Grant, in DynamoDB: one item per opened request, one per
 * group of unopened ones and hour, and the counters that bound them.
 */
import { hash } from 'node:crypto';
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { RefusalGroup, Refusals } from '../ports/refusals.ts';
import { computeTtl, toNumberAttribute, writeOptional } from './attributes.ts';
import { update } from './conditional-write.ts';
import { refusalDays, toDay, toHistoryItem } from './history-item.ts';
import { readStoredItem } from './stored-item.ts';

/**
 * The refusals kept per source and day. A flood shows in the log and the metrics, which have every
 * refusal.
 */
const maxOfSource = 100;

/** The refusals kept per connector and day, from all sources together. */
const maxOfConnector = 10_000;

/**
 * The groups of unopened requests per connector and day; one of each code more for all further
 * sources together. A stranger with a network of addresses would otherwise write an item for each.
 */
const maxGroups = 1000;

/** The source of refusals that got no group of their own. */
const otherSources = 'others';

const hourMilliseconds = 3_600_000;

/** How much of the hash of a source admins see. */
const shownSourceCharacters = 8;

/** The port on a table whose keys are `connectorDay` and `endedAt`. */
export const createDynamoRefusals = (
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
): Refusals => {
  let fullDay: string | undefined;

  const count = async (
    connectorDay: string,
    what: string,
    ttl: ReturnType<typeof toNumberAttribute>,
  ) => {
    const { Attributes = {} } = await client.send(
      update({
        TableName,
        Key: { connectorDay: { S: `${connectorDay}#counts` }, endedAt: { S: what } },
        UpdateExpression: 'ADD refusals :one SET #ttl = :ttl',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':one': toNumberAttribute(1), ':ttl': ttl },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return readStoredItem(Attributes, 'RefusalItemUnreadable').number('refusals');
  };
  /** Adds to the entry of a group, and returns the count that the entry has now. */
  const addTo = async (group: RefusalGroup, added: number, atMilliseconds: number) => {
    const { code, refused, source } = group;
    const { Attributes = {} } = await client.send(
      update({
        TableName,
        Key: keyOfGroup(group, atMilliseconds),
        UpdateExpression:
          'ADD #count :added SET #status = :status, code = :code, #source = :source,' +
          ' lastAtMilliseconds = :at, #ttl = :ttl' +
          (refused === undefined ? '' : ', refused = :refused'),
        ExpressionAttributeNames: {
          '#count': 'count',
          '#status': 'status',
          '#source': 'source',
          '#ttl': 'ttl',
        },
        ExpressionAttributeValues: {
          ':added': toNumberAttribute(added),
          ':status': { S: 'refused' },
          ':code': { S: code },
          ':source': { S: source.slice(0, shownSourceCharacters) },
          ':at': toNumberAttribute(atMilliseconds),
          ':ttl': computeTtl(atMilliseconds / 1000, refusalDays),
          ...writeOptional(':refused', refused, (S) => ({ S })),
        },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return readStoredItem(Attributes, 'RefusalItemUnreadable').number('count');
  };
  return {
    record: async (entry, source) => {
      const item = toHistoryItem(entry);
      const day = item.connectorDay?.S ?? '';
      const ttl = computeTtl(entry.atMilliseconds / 1000, refusalDays);
      const [ofSource, ofConnector] = await Promise.all([
        count(day, source, ttl),
        count(day, 'all', ttl),
      ]);
      if (ofSource > maxOfSource || ofConnector > maxOfConnector) return false;
      await client.send(new PutItemCommand({ TableName, Item: { ...item, ttl } }));
      return true;
    },
    add: async (group, added, atMilliseconds) => {
      const day = `${group.connectorId}#${toDay(atMilliseconds)}`;
      if (fullDay === day) {
        const { connectorId, code } = group;
        await addTo({ connectorId, code, source: otherSources }, added, atMilliseconds);
        return;
      }
      const isNew = (await addTo(group, added, atMilliseconds)) === added;
      if (!isNew) return;
      const groups = await count(day, 'groups', computeTtl(atMilliseconds / 1000, refusalDays));
      if (groups >= maxGroups) fullDay = day;
    },
  };
};

/** The entry of a group and hour. It sorts at the end of the hour, so a current one comes first. */
function keyOfGroup(
  { connectorId, code, refused = '', source }: RefusalGroup,
  atMilliseconds: number,
) {
  const hour = Math.floor(atMilliseconds / hourMilliseconds);
  const endOfHour = (hour + 1) * hourMilliseconds - 1;
  const id = hash('sha256', JSON.stringify([code, refused, source]), 'hex').slice(0, 32);
  return {
    connectorDay: { S: `${connectorId}#${toDay(atMilliseconds)}` },
    endedAt: { S: `${endOfHour}#${id}` },
  };
}
