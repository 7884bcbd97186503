/**
 * The envelope replay guard in DynamoDB: one item per encrypted key, with the envelope that it came
 * with, and with the last refusal of it.
 */
import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isRefusalCode } from '../core/errors.ts';
import type { EnvelopeFingerprint } from '../message/envelope.ts';
import { type Admission, type ReplayGuard, rememberedSeconds } from '../ports/envelopes.ts';
import { allowFailedCondition } from './allow-failed-condition.ts';
import { computeTtl, toNumberAttribute, writeOptional } from './attributes.ts';
import { put, update } from './conditional-write.ts';
import type { Item } from './enrolment-keys.ts';
import { readStoredItem } from './stored-item.ts';

/**
 * The port on a table whose key is `id`. `keptDays` has to outlast the RA key that opens the
 * envelopes.
 */
export function createDynamoReplayGuard(
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
  {
    connectorId,
    keptDays,
    nowSeconds,
  }: { connectorId: string; keptDays: number; nowSeconds: () => number },
): ReplayGuard {
  const keyOf = ({ encryptedKeySha256 }: EnvelopeFingerprint) => ({
    id: { S: `${connectorId}#envelope#${encryptedKeySha256}` },
  });
  return {
    admit: async (mark, sender) => {
      const command = put({
        TableName,
        Item: {
          ...keyOf(mark),
          envelopeSha256: { S: mark.envelopeSha256 },
          ttl: computeTtl(nowSeconds(), keptDays),
        },
        ConditionExpression: 'attribute_not_exists(id)',
      });
      try {
        await client.send(command);
        return 'admitted';
      } catch (error) {
        // Not repeated when it is throttled: a flood of one message is answered with 503.
        if (!(error instanceof ConditionalCheckFailedException) || error.Item === undefined)
          throw error;
        return admissionOf(error.Item, mark, sender, nowSeconds());
      }
    },
    rememberRefusal: async (mark, sender, { code, refused }) => {
      const sent = client.send(
        update({
          TableName,
          Key: keyOf(mark),
          // The envelope of the mark, so that the refusal of one is never that of another.
          ConditionExpression: 'envelopeSha256 = :envelope',
          UpdateExpression:
            'SET refusedUntil = :until, refusedSender = :sender, code = :code' +
            (refused === undefined ? ' REMOVE refused' : ', refused = :refused'),
          ExpressionAttributeValues: {
            ':envelope': { S: mark.envelopeSha256 },
            ':until': toNumberAttribute(nowSeconds() + rememberedSeconds),
            ':sender': { S: sender },
            ':code': { S: code },
            ...writeOptional(':refused', refused, (S) => ({ S })),
          },
        }),
      );
      await allowFailedCondition(sent);
    },
  };
}

function admissionOf(
  item: Item,
  { envelopeSha256 }: EnvelopeFingerprint,
  sender: string,
  nowSeconds: number,
): Admission {
  const stored = readStoredItem(item, 'EnvelopeItemUnreadable');
  if (stored.text('envelopeSha256') !== envelopeSha256) return 'changed';
  const isRemembered =
    (stored.optionalNumber('refusedUntil') ?? 0) > nowSeconds &&
    stored.optionalText('refusedSender') === sender;
  if (!isRemembered) return 'admitted';
  const code = stored.text('code');
  if (!isRefusalCode(code)) throw stored.unreadable();
  return { code, ...writeOptional('refused', stored.optionalText('refused'), (name) => name) };
}
