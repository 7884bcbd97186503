import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoIntuneVerdicts } from '../../lambda/aws/dynamo-intune-verdicts.ts';
import { type IntuneVerdicts, maxGrantsOfChallenge } from '../../lambda/ports/intune-verdicts.ts';
import { memoryIntuneVerdicts } from '../support/fakes/memory-intune-verdicts.ts';
import { emulatedTable } from './dynamo.ts';

const at = { atSeconds: 1_800_000_000 };

/** The contract of every store of verdicts, in memory and in DynamoDB. */
function verdictsContract(verdicts: () => IntuneVerdicts): void {
  it('returns undefined for a challenge without a verdict', async () => {
    expect(await verdicts().find(randomUUID())).toBeUndefined();
  });

  it('returns the last verdict, and every enrolment that was granted', async () => {
    const id = randomUUID();
    await verdicts().record(id, { enrolmentId: 'a', ...at });
    await verdicts().record(id, { enrolmentId: 'b', ...at });
    await verdicts().record(id, { enrolmentId: 'c', ...at, refused: 'ChallengeExpired' });
    const { grantedIds = [], last } = (await verdicts().find(id)) ?? {};
    expect(last).toEqual({ enrolmentId: 'c', ...at, refused: 'ChallengeExpired' });
    expect(grantedIds.toSorted()).toEqual(['a', 'b']);
  });

  it('lets a granted verdict follow a refused one', async () => {
    const id = randomUUID();
    await verdicts().record(id, { enrolmentId: 'a', ...at, refused: 'ChallengeExpired' });
    await verdicts().record(id, { enrolmentId: 'a', atSeconds: at.atSeconds + 1 });
    expect(await verdicts().find(id)).toEqual({
      grantedIds: ['a'],
      last: { enrolmentId: 'a', atSeconds: at.atSeconds + 1 },
    });
  });

  it('records no more enrolments of a challenge than any device needs', async () => {
    const id = randomUUID();
    for (let one = 0; one < maxGrantsOfChallenge; one += 1)
      expect(await verdicts().record(id, { enrolmentId: `${one}`, ...at })).toBe(true);
    expect(await verdicts().record(id, { enrolmentId: 'more', ...at })).toBe(false);
    expect(await verdicts().record(id, { enrolmentId: '0', ...at })).toBe(true);
    expect((await verdicts().find(id))?.grantedIds).toHaveLength(maxGrantsOfChallenge);
  });
}

describe('the verdicts of Intune in memory', () => {
  const verdicts = memoryIntuneVerdicts();
  verdictsContract(() => verdicts);
});

describe('the verdicts of Intune in DynamoDB', () => {
  let table: Awaited<ReturnType<typeof emulatedTable>>;
  beforeAll(async () => {
    table = await emulatedTable();
  });
  afterAll(() => table.stop());
  verdictsContract(() => createDynamoIntuneVerdicts(table.client, table.table, 'test'));
});
