/** What may happen to an entry, each as one conditional update: what is settled stays settled. */
import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { RefusalCode } from '../errors.ts';
import type { Generation } from '../generation.ts';
import type { EntryState, Unsettled } from '../ports.ts';
import { number, ttlAfter } from './attributes.ts';
import { type Item, stateMembers } from './ledger-item.ts';

/** How long a settled enrolment or a transaction is found again, in days after its end; an unsettled one has no TTL. */
export const keptDays = 30;

/** The part of an UpdateItem that says what changes. */
export type Change = Pick<
  UpdateItemCommandInput,
  | 'UpdateExpression'
  | 'ConditionExpression'
  | 'ExpressionAttributeNames'
  | 'ExpressionAttributeValues'
>;

/** What is settled stays settled, and an older generation touches nothing. */
const unsettled = '#status = :granted AND generation = :generation';

const whileUnsettled = ({ generation }: Generation, values: Item = {}) => ({
  ConditionExpression: unsettled,
  ExpressionAttributeNames: { '#status': 'status' },
  ExpressionAttributeValues: {
    ':granted': { S: 'granted' },
    ':generation': number(generation),
    ...values,
  },
});

export const askedChange = (input: Generation, seconds: number): Change => ({
  UpdateExpression: 'SET askedAt = if_not_exists(askedAt, :now) ADD asks :one',
  ...whileUnsettled(input, { ':now': number(seconds), ':one': number(1) }),
});

/** Asked twice, the first may have been heard and its answer lost: then a later "no" says nothing of it. */
export const unaskedChange = (input: Generation): Change => {
  const change = whileUnsettled(input, { ':one': number(1) });
  return {
    UpdateExpression: 'REMOVE askedAt, asks',
    ...change,
    ConditionExpression: `${change.ConditionExpression} AND asks = :one`,
  };
};

export const requestChange = (input: Generation, certificateArn: string): Change => ({
  UpdateExpression: 'SET certificateArn = :arn',
  ...whileUnsettled(input, { ':arn': { S: certificateArn } }),
});

/** The first reason stands. */
export const withholdChange = (input: Generation, code: RefusalCode): Change => ({
  UpdateExpression: 'SET withheldFor = if_not_exists(withheldFor, :code)',
  ...whileUnsettled(input, { ':code': { S: code } }),
});

/** What puts an entry into the index of who is not settled (lib/cloud/tables.ts), from when on it is due. */
export const unsettledMembers = (connectorId: string, lookAtSeconds: number): Item => ({
  unsettledOf: { S: connectorId },
  lookAt: number(lookAtSeconds),
});

export const lookChange = (input: Generation, atSeconds: number): Change => ({
  UpdateExpression: 'SET lookAt = :at',
  ...whileUnsettled(input, { ':at': number(atSeconds) }),
});

export const runChange = ({ run, ...input }: Unsettled, lookAtSeconds: number): Change => {
  const change = whileUnsettled(input, { ':run': number(run), ':at': number(lookAtSeconds) });
  return {
    UpdateExpression: 'SET #run = :run, lookAt = :at',
    ...change,
    ConditionExpression: `${change.ConditionExpression} AND (attribute_not_exists(#run) OR #run < :run)`,
    ExpressionAttributeNames: { ...change.ExpressionAttributeNames, '#run': 'run' },
  };
};

export function settleChange(
  { generation }: Generation,
  state: EntryState,
  nowSeconds: number,
): Change {
  const members = stateMembers(state);
  const end = state.status === 'issued' ? state.notAfterSeconds : nowSeconds;
  const values: Item = { ...members, ttl: ttlAfter(end, keptDays) };
  const names = Object.keys(values);
  return {
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')} REMOVE unsettledOf, lookAt`,
    ConditionExpression: unsettled,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(names.map((name) => [`:${name}`, values[name] ?? { NULL: true }])),
      ':granted': { S: 'granted' },
      ':generation': number(generation),
    },
  };
}
