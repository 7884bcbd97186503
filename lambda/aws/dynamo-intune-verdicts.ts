/**
 * Intune's verdicts in DynamoDB: one item per challenge. It holds the last verdict, and every
 * enrolment that was granted with the challenge.
 */
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type IntuneVerdicts, maxGrantsOfChallenge } from '../ports/intune-verdicts.ts';
import { computeTtl, toNumberAttribute, toOptionalMember } from './attributes.ts';
import { isWritten, update, writeOnce } from './conditional-write.ts';
import { toVerdictKey } from './enrolment-keys.ts';
import { readStoredItem } from './stored-item.ts';

/** Longer than Intune accepts a challenge, and as long as a transaction can be found. */
const keptDays = 30;

/** The port on a table whose key is `id`, for one connector. */
export const createDynamoIntuneVerdicts = (
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
  connectorId: string,
): IntuneVerdicts => ({
  find: async (challengeId) => {
    const Key = toVerdictKey(connectorId, challengeId);
    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key, ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const stored = readStoredItem(Item, 'VerdictItemUnreadable');
    return {
      grantedIds: stored.optionalTexts('grantedEnrolmentIds') ?? [],
      last: {
        enrolmentId: stored.text('enrolmentId'),
        atSeconds: stored.number('verdictAt'),
        ...toOptionalMember('refused', stored.optionalText('refused')),
      },
    };
  },
  record: async (challengeId, { enrolmentId, atSeconds, refused }) => {
    const isGranted = refused === undefined;
    const command = update({
      TableName,
      Key: toVerdictKey(connectorId, challengeId),
      UpdateExpression:
        'SET enrolmentId = :id, verdictAt = :at, #ttl = :ttl' +
        (isGranted ? ' REMOVE refused ADD grantedEnrolmentIds :ids' : ', refused = :refused'),
      ...(isGranted && {
        ConditionExpression:
          'attribute_not_exists(grantedEnrolmentIds) OR size(grantedEnrolmentIds) < :max' +
          ' OR contains(grantedEnrolmentIds, :id)',
      }),
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':id': { S: enrolmentId },
        ':at': toNumberAttribute(atSeconds),
        ':ttl': computeTtl(atSeconds, keptDays),
        ...(isGranted
          ? { ':ids': { SS: [enrolmentId] }, ':max': toNumberAttribute(maxGrantsOfChallenge) }
          : { ':refused': { S: refused } }),
      },
    });
    return isWritten(await writeOnce(client, command));
  },
});
