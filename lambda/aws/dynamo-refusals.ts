/**
 * Requests that were refused without a Grant, in DynamoDB. There is one item per opened request,
 * one per hour and group of unopened requests, and the counters that limit the items.
 */
import { hash } from 'node:crypto';
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { RefusalGroup, Refusals } from '../ports/refusals.ts';
import { computeTtl, toNumberAttribute, toOptionalMember, toTextAttribute } from './attributes.ts';
import { update } from './conditional-write.ts';
import { toConnectorDay, toDayMembers } from './day-list.ts';
import { refusalDays, toHistoryItem } from './history-item.ts';
import { readStoredItem } from './stored-item.ts';

/**
 * The refusals that are kept per source and day. The log and the metrics contain every refusal, so
 * they show a flood.
 */
const maxPerSource = 100;

/** The refusals that are kept per connector and day, from all sources together. */
const maxPerConnector = 10_000;

/**
 * The groups of unopened requests per connector and day. All further sources share one group per
 * code. Otherwise a stranger with a network of addresses could write an item for each address.
 */
const maxGroups = 1000;

/** The source of the groups that further sources share. */
const otherSources = 'others';

const hourMilliseconds = 3_600_000;

/** How many characters of a source's hash admins see. */
const shownSourceCharacters = 8;

/** The port on a table whose keys are `connectorDay` and `endedAt`. */
export const createDynamoRefusals = (
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
): Refusals => {
  let fullDay: string | undefined;

  const count = async (
    connectorDay: string,
    counter: string,
    ttl: ReturnType<typeof toNumberAttribute>,
  ) => {
    const { Attributes = {} } = await client.send(
      update({
        TableName,
        Key: { connectorDay: { S: `${connectorDay}#counts` }, endedAt: { S: counter } },
        UpdateExpression: 'ADD refusals :one SET #ttl = :ttl',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':one': toNumberAttribute(1), ':ttl': ttl },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return readStoredItem(Attributes, 'RefusalItemUnreadable').number('refusals');
  };
  /** Adds to the entry of a group, and returns the entry's new count. */
  const addTo = async (group: RefusalGroup, added: number, atMilliseconds: number) => {
    const { code, refused, source } = group;
    const { Attributes = {} } = await client.send(
      update({
        TableName,
        Key: toGroupKey(group, atMilliseconds),
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
          ...toOptionalMember(':refused', refused, toTextAttribute),
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
      const [bySource, byConnector] = await Promise.all([
        count(day, source, ttl),
        count(day, 'all', ttl),
      ]);
      if (bySource > maxPerSource || byConnector > maxPerConnector) return false;
      await client.send(new PutItemCommand({ TableName, Item: { ...item, ttl } }));
      return true;
    },
    add: async (group, added, atMilliseconds) => {
      const day = toConnectorDay(group.connectorId, atMilliseconds);
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

/**
 * The key of a group and hour. It sorts at the end of the hour, so a current group comes first.
 */
function toGroupKey(
  { connectorId, code, refused = '', source }: RefusalGroup,
  atMilliseconds: number,
) {
  const hour = Math.floor(atMilliseconds / hourMilliseconds);
  const endOfHour = (hour + 1) * hourMilliseconds - 1;
  const id = hash('sha256', JSON.stringify([code, refused, source]), 'hex').slice(0, 32);
  return toDayMembers(connectorId, endOfHour, id);
}
