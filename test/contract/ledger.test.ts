import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoLedger } from '../../lambda/aws/dynamo-ledger.ts';
import { firstLookSeconds } from '../../lambda/issuance/reconcile.ts';
import type { EntryState, Ledger, LedgerEntry } from '../../lambda/ports.ts';
import { memoryLedger } from '../fakes/memory-ledger.ts';
import { emulatedTable } from './dynamo.ts';

const now = 1_800_000_000;

const entry = (terms: Partial<LedgerEntry> = {}): LedgerEntry => ({
  connectorId: 'test',
  enrolmentId: randomUUID(),
  generation: 1,
  sealedGrant: Uint8Array.of(7),
  state: { status: 'granted' },
  ...terms,
});

const issued: EntryState = {
  status: 'issued',
  certificateArn: 'arn:one',
  certificate: Uint8Array.of(9),
  notBeforeSeconds: 1,
  notAfterSeconds: 2,
};

const plain = (found: LedgerEntry | undefined) =>
  JSON.parse(
    JSON.stringify(found, (_, value) => (value instanceof Uint8Array ? [...value] : value)),
  );

/** What every ledger must do, in memory and in DynamoDB alike. */
function ledgerContract(ledger: () => Ledger): void {
  const begun = async (one = entry()): Promise<LedgerEntry> => {
    await ledger().begin(one);
    return one;
  };

  it('finds an entry as it was begun', async () => {
    const one = await begun();
    expect(plain(await ledger().find(one.enrolmentId))).toEqual(plain(one));
  });

  it('finds nothing of an unknown enrolment or transaction', async () => {
    expect(await ledger().find('unknown')).toBeUndefined();
    expect(await ledger().findTransaction('unknown')).toBeUndefined();
  });

  it('begins a generation once', async () => {
    const one = await begun();
    expect(await ledger().begin(one)).toBe(false);
    expect(await ledger().begin({ ...one, generation: 2 })).toBe(true);
    expect(await ledger().begin(one)).toBe(false);
  });

  it('lets one of many who begin the same generation win', async () => {
    const one = entry();
    const won = await Promise.all(Array.from({ length: 8 }, () => ledger().begin(one)));
    expect(won.filter(Boolean)).toHaveLength(1);
  });

  it('keeps the ARN of a request', async () => {
    const one = await begun();
    await ledger().recordRequest(one, 'arn:one');
    expect((await ledger().find(one.enrolmentId))?.state).toEqual({
      status: 'granted',
      certificateArn: 'arn:one',
    });
  });

  it('withholds a certificate for the first reason, whatever comes after it', async () => {
    const one = await begun();
    await ledger().recordRequest(one, 'arn:one');
    expect(await ledger().withhold(one, 'Intune:ChallengeExpired')).toBe('Intune:ChallengeExpired');
    expect(await ledger().withhold(one, 'IntuneUnreachable')).toBe('Intune:ChallengeExpired');
    expect((await ledger().find(one.enrolmentId))?.state).toEqual({
      status: 'granted',
      certificateArn: 'arn:one',
      withheldFor: 'Intune:ChallengeExpired',
    });
  });

  it('withholds nothing of another generation, of what is settled, or of nobody', async () => {
    const one = await begun();
    expect(await ledger().withhold({ ...one, generation: 2 }, 'IntuneUnreachable')).toBeUndefined();
    expect(await ledger().withhold(entry(), 'IntuneUnreachable')).toBeUndefined();
    await ledger().settle(one, issued);
    expect(await ledger().withhold(one, 'IntuneUnreachable')).toBeUndefined();
    expect((await ledger().find(one.enrolmentId))?.state.status).toBe('issued');
  });

  it('marks when the CA was first asked, and keeps that', async () => {
    const one = await begun();
    const first = await ledger().markAsked(one, 100);
    const second = await ledger().markAsked(one, 200);
    expect([first?.state, second?.state]).toEqual(
      [1, 2].map((asks) => ({ status: 'granted', askedAtSeconds: 100, asks })),
    );
  });

  it('counts anew once the mark is taken away', async () => {
    const one = await begun();
    await ledger().markAsked(one, 100);
    await ledger().unmarkAsked(one);
    expect((await ledger().markAsked(one, 200))?.state).toEqual({
      status: 'granted',
      askedAtSeconds: 200,
      asks: 1,
    });
  });

  it('keeps the mark of two asks, of which one may have been heard', async () => {
    const one = await begun();
    await ledger().markAsked(one, 100);
    await ledger().markAsked(one, 110);
    await ledger().unmarkAsked(one);
    expect((await ledger().find(one.enrolmentId))?.state).toMatchObject({ askedAtSeconds: 100 });
  });

  it('keeps the mark with the ARN that was the answer', async () => {
    const one = await begun();
    await ledger().markAsked(one, 100);
    await ledger().recordRequest(one, 'arn:one');
    expect((await ledger().find(one.enrolmentId))?.state).toEqual({
      status: 'granted',
      askedAtSeconds: 100,
      asks: 1,
      certificateArn: 'arn:one',
    });
  });

  it('marks nothing that is settled, of another generation or unknown, and returns it as it is', async () => {
    const one = await begun();
    await ledger().settle(one, issued);
    expect((await ledger().markAsked(one, 100))?.state.status).toBe('issued');
    expect((await ledger().markAsked({ ...one, generation: 2 }, 100))?.generation).toBe(1);
    expect(await ledger().markAsked({ enrolmentId: 'never', generation: 1 }, 100)).toBeUndefined();
  });

  it('settles once: what is settled stays', async () => {
    const one = await begun();
    await ledger().settle(one, issued);
    await ledger().settle(one, { status: 'refused', code: 'CertificateRefused' });
    await ledger().recordRequest(one, 'arn:two');
    expect(plain(await ledger().find(one.enrolmentId))).toEqual(plain({ ...one, state: issued }));
  });

  it('keeps the code of a refusal', async () => {
    const one = await begun();
    const state: EntryState = { status: 'refused', code: 'CertificateMismatch' };
    await ledger().settle(one, state);
    expect((await ledger().find(one.enrolmentId))?.state).toEqual(state);
  });

  it('settles nothing for an older generation', async () => {
    const one = await begun();
    await begun({ ...one, generation: 2 });
    await ledger().settle(one, issued);
    expect((await ledger().find(one.enrolmentId))?.state.status).toBe('granted');
  });

  it('settles nothing that was not begun', async () => {
    await ledger().settle({ enrolmentId: 'never', generation: 1 }, issued);
    expect(await ledger().find('never')).toBeUndefined();
  });

  describe('of who is not settled', () => {
    const due = now + firstLookSeconds;
    const isListed = async (one: LedgerEntry, at = due): Promise<boolean> =>
      (await ledger().unsettled(at, 1000)).some(
        ({ enrolmentId }) => enrolmentId === one.enrolmentId,
      );

    it('lists an entry when its first look is due, and not before', async () => {
      const one = await begun();
      expect([await isListed(one, due - 1), await isListed(one)]).toEqual([false, true]);
    });

    it('lists none that is settled', async () => {
      const one = await begun();
      await ledger().settle(one, issued);
      expect(await isListed(one)).toBe(false);
    });

    it('lists the longest due first, as many as are asked for', async () => {
      const [one, other] = [await begun(), await begun()];
      await ledger().lookAgain(one, 2);
      await ledger().lookAgain(other, 1);
      const listed = await ledger().unsettled(due, 2);
      expect(listed.map(({ enrolmentId }) => enrolmentId)).toEqual([
        other.enrolmentId,
        one.enrolmentId,
      ]);
    });

    it('puts off the next look', async () => {
      const one = await begun();
      await ledger().lookAgain(one, due + 1);
      expect([await isListed(one), await isListed(one, due + 1)]).toEqual([false, true]);
    });

    it('counts a run once', async () => {
      const one = await begun();
      const begin = () => ledger().beginRun({ ...one, run: 2 }, due + 1);
      expect([await begin(), await begin()]).toEqual([true, false]);
      const listed = await ledger().unsettled(due + 1, 1000);
      expect(listed).toContainEqual({ enrolmentId: one.enrolmentId, generation: 1, run: 2 });
    });

    it('counts no run of what is settled, or of another generation', async () => {
      const one = await begun();
      expect(await ledger().beginRun({ ...one, generation: 2, run: 2 }, due)).toBe(false);
      await ledger().settle(one, issued);
      expect(await ledger().beginRun({ ...one, run: 2 }, due)).toBe(false);
      await ledger().lookAgain(one, 1);
      expect(await isListed(one)).toBe(false);
    });
  });

  it('follows a transaction to its latest enrolment', async () => {
    const key = randomUUID();
    await ledger().bindTransaction(key, 'one');
    await ledger().bindTransaction(key, 'two');
    expect(await ledger().findTransaction(key)).toBe('two');
  });
}

describe('the ledger in memory', () => {
  const ledger = memoryLedger(() => now);
  ledgerContract(() => ledger);
});

describe('the ledger in DynamoDB', () => {
  let table: Awaited<ReturnType<typeof emulatedTable>>;
  beforeAll(async () => {
    table = await emulatedTable();
  });
  afterAll(() => table.stop());
  ledgerContract(() => dynamoLedger(table.client, table.table, 'test', () => now));
});
