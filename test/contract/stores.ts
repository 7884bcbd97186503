/**
 * Every port on one set of tables, in memory and in DynamoDB on our emulator. A contract runs
 * against both.
 */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Item } from '../../lambda/aws/attributes.ts';
import { createDynamoAttempts } from '../../lambda/aws/dynamo-attempts.ts';
import { createDynamoChallengeRegister } from '../../lambda/aws/dynamo-challenge-register.ts';
import { createDynamoDueAttempts } from '../../lambda/aws/dynamo-due-attempts.ts';
import { createDynamoEnrolments } from '../../lambda/aws/dynamo-enrolments.ts';
import { createDynamoHistory } from '../../lambda/aws/dynamo-history.ts';
import { createDynamoIssuedCertificates } from '../../lambda/aws/dynamo-issued-certificates.ts';
import { createDynamoLostAttempts } from '../../lambda/aws/dynamo-lost-attempts.ts';
import { createDynamoRateLimiter } from '../../lambda/aws/dynamo-rate-limiter.ts';
import { createDynamoRefusals } from '../../lambda/aws/dynamo-refusals.ts';
import { createDynamoTags } from '../../lambda/aws/dynamo-tags.ts';
import { createDynamoWithheld } from '../../lambda/aws/dynamo-withheld.ts';
import { toRowItem } from '../../lambda/aws/enrolment-item.ts';
import { toDuePartition, toRowKey, toWithheldPartition } from '../../lambda/aws/enrolment-keys.ts';
import { defaultRepeats, type Repeats } from '../../lambda/aws/repeat-until-decided.ts';
import type { AttemptStore } from '../../lambda/ports/attempts.ts';
import type { ChallengeRegister, TagStore } from '../../lambda/ports/challenges.ts';
import type { DueAttempts, LostAttempts } from '../../lambda/ports/due-attempts.ts';
import type { EnrolmentRow, EnrolmentStore, RowState } from '../../lambda/ports/enrolments.ts';
import type { History } from '../../lambda/ports/history.ts';
import type { IssuanceRateLimiter } from '../../lambda/ports/rate-limiter.ts';
import type { Refusals } from '../../lambda/ports/refusals.ts';
import type { IssuedCertificates } from '../../lambda/ports/revocations.ts';
import type { WithheldCertificates } from '../../lambda/ports/withheld.ts';
import { memoryAttempts, memoryRateLimiter } from '../support/fakes/memory-attempts.ts';
import { memoryChallenges } from '../support/fakes/memory-challenges.ts';
import {
  memoryDueAttempts,
  memoryIssuedCertificates,
  memoryLostAttempts,
  memoryWithheld,
} from '../support/fakes/memory-due.ts';
import { memoryEnrolments } from '../support/fakes/memory-enrolments.ts';
import { memoryHistory } from '../support/fakes/memory-history.ts';
import { memoryTables, rowId } from '../support/fakes/memory-tables.ts';
import { emulatedTables } from './dynamo.ts';

/** The time of every contract, unless a test changes it. */
export const now = 1_800_000_000;

const today = new Date(now * 1000).toISOString().slice(0, 10);

/** The names of the tables on the emulator. */
export const tables = {
  challenges: 'challenges',
  enrolments: 'enrolments',
  certificates: 'certificates',
  refusals: 'refusals',
} as const;

/** Starts the emulator with all tables. `item` reads a stored item, `put` stores any item. */
export async function startTables(options: Parameters<typeof emulatedTables>[1] = {}) {
  const shapes = {
    challenges: 'challenges',
    enrolments: 'enrolments',
    certificates: 'items',
    refusals: 'refusals',
  } as const;
  const { client, stop } = await emulatedTables(shapes, options);
  const item = async (TableName: string, id: string): Promise<Item | undefined> => {
    const Key = { id: { S: id } };
    const read = new GetItemCommand({ TableName, Key, ConsistentRead: true });
    return (await client.send(read)).Item;
  };
  const put = async (TableName: string, Item: Item): Promise<void> => {
    await client.send(new PutItemCommand({ TableName, Item }));
  };
  return { client, stop, item, put };
}

/** The calls per second of a contract's CA. */
export const perSecond = 25;

/** Few retries without a pause. */
export const quickRepeats: Repeats = {
  ...defaultRepeats,
  withinMilliseconds: 200,
  firstPauseMilliseconds: 1,
  maxPauseMilliseconds: 2,
};

/** Every port of one connector. */
export interface Stores {
  readonly enrolments: EnrolmentStore;
  readonly attempts: AttemptStore;
  readonly due: DueAttempts;
  readonly lost: LostAttempts;
  readonly withheld: WithheldCertificates;
  readonly certificates: IssuedCertificates;
  readonly rateLimiter: IssuanceRateLimiter;
  readonly register: ChallengeRegister & { readonly tags: TagStore };
  readonly history: History & Refusals;
  /** The same tables for another connector. */
  readonly of: (connectorId: string) => Stores;
  /**
   * An attacker's write: sets this state in an enrolment's row, and makes it due for the dispatcher
   * or for Revoke.
   */
  readonly rewrite: (row: EnrolmentRow, state: RowState, due?: 'due' | 'withheld') => Promise<void>;
  /** Sets a connector's count of today's refusals, without entries. */
  readonly fillRefusals: (connectorId: string, count: number) => Promise<void>;
  /** Counts so many groups of unopened requests of a connector today, and keeps none of them. */
  readonly fillGroups: (connectorId: string, count: number) => Promise<void>;
}

/** Creates the ports of one connector in memory. Other connectors share the tables. */
export function memoryStores(shared = memoryTables(), connectorId = 'test'): Stores {
  const nowSeconds = () => now;
  return {
    enrolments: memoryEnrolments(shared, connectorId),
    attempts: memoryAttempts(shared, connectorId),
    due: memoryDueAttempts(shared),
    lost: memoryLostAttempts(shared, nowSeconds),
    withheld: memoryWithheld(shared, { connectorId, nowSeconds }),
    certificates: memoryIssuedCertificates(shared, connectorId),
    rateLimiter: memoryRateLimiter(shared, perSecond),
    register: memoryChallenges(shared),
    history: memoryHistory(shared),
    of: (other) => memoryStores(shared, other),
    fillRefusals: async (other, count) => {
      shared.refusals.counts.set(`${other}#${today}#all`, count);
    },
    fillGroups: async (other, count) => {
      shared.refusals.counts.set(`${other}#${today}#groups`, count);
    },
    rewrite: async (row, state, of = 'due') => {
      const stored = { row: { ...row, state }, due: { of, atSeconds: now } };
      shared.rows.set(rowId(connectorId, row.enrolmentId), stored);
    },
  };
}

/** Creates the ports of one connector in DynamoDB. */
export function dynamoStores(
  client: Pick<DynamoDBClient, 'send'>,
  connectorId = 'test',
  repeats?: Repeats,
): Stores {
  const nowSeconds = () => now;
  const options = { connectorId, nowSeconds, ...(repeats && { repeats }) };
  const fill = async (other: string, what: string, count: number): Promise<void> => {
    const connectorDay = { S: `${other}#${today}#counts` };
    const Item = { connectorDay, endedAt: { S: what }, refusals: { N: String(count) } };
    await client.send(new PutItemCommand({ TableName: tables.refusals, Item }));
  };
  return {
    enrolments: createDynamoEnrolments(client, tables, options),
    attempts: createDynamoAttempts(client, tables, options),
    due: createDynamoDueAttempts(client, tables),
    lost: createDynamoLostAttempts(client, tables.enrolments, nowSeconds),
    withheld: createDynamoWithheld(client, tables, { connectorId, nowSeconds }),
    certificates: createDynamoIssuedCertificates(client, tables, connectorId),
    rateLimiter: createDynamoRateLimiter(client, tables.certificates, { perSecond }),
    register: {
      ...createDynamoChallengeRegister(client, tables.challenges),
      tags: createDynamoTags(client, tables.challenges, (id) => id.endsWith('#connector')),
    },
    history: {
      ...createDynamoHistory(client, tables),
      ...createDynamoRefusals(client, tables.refusals),
    },
    of: (other) => dynamoStores(client, other, repeats),
    fillRefusals: (other, count) => fill(other, 'all', count),
    fillGroups: (other, count) => fill(other, 'groups', count),
    rewrite: async (row, state, of = 'due') => {
      const { enrolmentId } = row;
      const partition =
        of === 'due' ? toDuePartition(enrolmentId) : toWithheldPartition(connectorId);
      const Item = {
        ...toRowKey(connectorId, enrolmentId),
        ...toRowItem({ ...row, state }),
        duePartition: { S: partition },
        dueAt: { N: String(now) },
      };
      await client.send(new PutItemCommand({ TableName: tables.enrolments, Item }));
    },
  };
}

/** Runs a contract against the fakes and against DynamoDB. */
export function describeStores(title: string, contract: (stores: () => Stores) => void): void {
  describe(`${title} in memory`, () => {
    const stores = memoryStores();
    contract(() => stores);
  });
  describe(`${title} in DynamoDB`, () => {
    let running: Awaited<ReturnType<typeof startTables>>;
    let stores: Stores;
    beforeAll(async () => {
      running = await startTables();
      stores = dynamoStores(running.client);
    });
    afterAll(() => running.stop());
    contract(() => stores);
  });
}
