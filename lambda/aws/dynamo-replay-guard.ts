/**
 * The envelope replay guard in DynamoDB: one item per encrypted key. It holds the envelope that
 * contained the key, and that envelope's last refusal.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EnvelopeFingerprint } from '../message/envelope.ts';
import { type Admission, type ReplayGuard, rememberedSeconds } from '../ports/envelopes.ts';
import {
  computeTtl,
  type Item,
  toNumberAttribute,
  toOptionalMember,
  toTextAttribute,
} from './attributes.ts';
import { isWritten, put, update, writeOnce } from './conditional-write.ts';
import { readStoredItem } from './stored-item.ts';

/**
 * The port on a table whose key is `id`. `keptDays` must be longer than the life of the RA key that
 * opens the envelopes.
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
    admit: async (fingerprint, sender) => {
      const command = put({
        TableName,
        Item: {
          ...keyOf(fingerprint),
          envelopeSha256: { S: fingerprint.envelopeSha256 },
          ttl: computeTtl(nowSeconds(), keptDays),
        },
        ConditionExpression: 'attribute_not_exists(id)',
      });
      // A throttled write is not repeated, so a flood of one message is answered with 503.
      const result = await writeOnce(client, command);
      if (isWritten(result)) return 'admitted';
      return readAdmission(result.failed, fingerprint, sender, nowSeconds());
    },
    rememberRefusal: async (fingerprint, sender, { code, refused }) => {
      const command = update({
        TableName,
        Key: keyOf(fingerprint),
        // The condition keeps a refusal from being recorded for another envelope.
        ConditionExpression: 'envelopeSha256 = :envelope',
        UpdateExpression:
          'SET refusedUntil = :until, refusedSender = :sender, code = :code' +
          (refused === undefined ? ' REMOVE refused' : ', refused = :refused'),
        ExpressionAttributeValues: {
          ':envelope': { S: fingerprint.envelopeSha256 },
          ':until': toNumberAttribute(nowSeconds() + rememberedSeconds),
          ':sender': { S: sender },
          ':code': { S: code },
          ...toOptionalMember(':refused', refused, toTextAttribute),
        },
      });
      await writeOnce(client, command);
    },
  };
}

/** Reads the admission of an envelope whose encrypted key is already stored. */
function readAdmission(
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
  return {
    code: stored.refusalCode('code'),
    ...toOptionalMember('refused', stored.optionalText('refused')),
  };
}
