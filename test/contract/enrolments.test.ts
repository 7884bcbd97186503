import { expect, it } from 'vitest';
import type { EnrolmentRow } from '../../lambda/ports/enrolments.ts';
import { certificateOf, claimed, grantedRow, newEnrolmentId, plain, refusing } from './samples.ts';
import { describeStores, now } from './stores.ts';

describeStores('the store of enrolments', (stores) => {
  const rowIn = async (enrolmentId: string): Promise<EnrolmentRow | undefined> =>
    (await stores().enrolments.readKnown({ enrolmentId })).row;

  it('has no facts about an enrolment that was never granted', async () => {
    const known = await stores().enrolments.readKnown({
      enrolmentId: newEnrolmentId(),
      challengeKey: 'test#never',
    });
    expect(known).toEqual({ nextTurnAtMilliseconds: 0 });
  });

  it('reads a row as it was claimed', async () => {
    const row = await claimed(stores());
    expect(plain(await rowIn(row.enrolmentId))).toEqual(plain(row));
  });

  it('reads a row of an Intune request, which has no challenge', async () => {
    const { challengeId: _, ...row } = grantedRow();
    await claimed(stores(), row);
    expect(plain(await rowIn(row.enrolmentId))).toEqual(plain(row));
  });

  it('returns the existing row to a copy of the request', async () => {
    const row = await claimed(stores());
    const copy = { ...row, state: { ...row.state, sealedGrant: Uint8Array.of(8) } };
    const result = await stores().enrolments.claim({ row: copy, nowSeconds: now });
    expect(plain(result)).toEqual({ existing: plain(row) });
    expect(plain(await rowIn(row.enrolmentId))).toEqual(plain(row));
  });

  it('lets one of many copies claim a first attempt', async () => {
    const row = grantedRow();
    const results = await Promise.all(
      Array.from({ length: 8 }, () => stores().enrolments.claim({ row, nowSeconds: now })),
    );
    expect(results.filter((result) => result === 'claimed')).toHaveLength(1);
    expect(
      results.filter((result) => typeof result === 'object' && 'existing' in result),
    ).toHaveLength(7);
  });

  it('shows the queue and the progress record beside the row', async () => {
    const row = await claimed(stores());
    const turn = await stores().rateLimiter.take(now * 1000, 0);
    const { enrolmentId, attempt } = row;
    await stores().attempts.begin({ enrolmentId, attempt, turnAtMilliseconds: turn, tries: 0 });
    const known = await stores().enrolments.readKnown({ enrolmentId });
    expect(known.progress).toEqual({ enrolmentId, attempt, turnAtMilliseconds: turn, tries: 0 });
    expect(known.nextTurnAtMilliseconds).toBe(turn + 40);
  });

  it('hides a connector’s rows from another connector', async () => {
    const row = await claimed(stores());
    const other = stores().of('other').enrolments;
    expect((await other.readKnown({ enrolmentId: row.enrolmentId })).row).toBeUndefined();
  });

  it('follows a transaction to the enrolment that was bound last', async () => {
    const { enrolments } = stores();
    const [key, one, two] = [newEnrolmentId(), newEnrolmentId(), newEnrolmentId()];
    expect(await enrolments.findTransaction(key)).toBeUndefined();
    await enrolments.bindTransaction(key, one);
    await enrolments.bindTransaction(key, two);
    expect(await enrolments.findTransaction(key)).toBe(two);
    expect(await stores().of('other').enrolments.findTransaction(key)).toBeUndefined();
  });
});

describeStores('a later attempt', (stores) => {
  /** An enrolment whose first attempt was refused. */
  const refusedOnce = async () => {
    const row = await claimed(stores());
    await stores().attempts.settle(refusing(row));
    const { row: previous } = await stores().enrolments.readKnown(row);
    if (previous === undefined) throw new Error('no row');
    return { previous, next: grantedRow({ ...row, attempt: 2, subject: 'CN=later' }) };
  };

  it('replaces the settled one, which keeps its own row', async () => {
    const { previous, next } = await refusedOnce();
    await claimed(stores(), next, { previous });
    expect((await stores().enrolments.readKnown(next)).row?.attempt).toBe(2);
    const earlier = (await stores().attempts.read(previous)).row;
    expect(plain(earlier)).toEqual(plain(previous));
    expect((await stores().attempts.read(next)).row?.attempt).toBe(2);
  });

  it('is claimed once by any number of concurrent copies', async () => {
    const { previous, next } = await refusedOnce();
    const claims = Array.from({ length: 6 }, () =>
      stores().enrolments.claim({ row: next, previous, nowSeconds: now }),
    );
    const results = await Promise.all(claims);
    expect(results.filter((result) => result === 'claimed')).toHaveLength(1);
    expect(results.filter((result) => result !== 'claimed').map(plain)).toEqual(
      Array(5).fill({ existing: plain(next) }),
    );
  });

  it('does not replace an attempt that is open', async () => {
    const row = await claimed(stores());
    const next = { ...row, attempt: 2 };
    const result = await stores().enrolments.claim({ row: next, previous: row, nowSeconds: now });
    expect(plain(result)).toEqual({ existing: plain(row) });
  });

  it('does not replace an attempt other than its predecessor', async () => {
    const { previous, next } = await refusedOnce();
    await claimed(stores(), next, { previous });
    const late = { ...next, attempt: 2, subject: 'CN=late' };
    const result = await stores().enrolments.claim({ row: late, previous, nowSeconds: now });
    expect(plain(result)).toEqual({ existing: plain(next) });
  });

  it('does not replace a row that changed after it was read', async () => {
    const { previous, next } = await refusedOnce();
    const record = certificateOf(previous, { withheldFor: 'CertificateRefused' });
    await stores().attempts.discard(record, now);
    const result = await stores().enrolments.claim({ row: next, previous, nowSeconds: now });
    expect(result).toMatchObject({
      existing: { attempt: 1, state: { serialHex: record.serialHex } },
    });
    expect((await stores().withheld.pending(100)).certificates).toContainEqual(
      expect.objectContaining({ serialHex: record.serialHex }),
    );
  });
});
