import { describe, expect, it } from 'vitest';
import { rsaKey } from '../../support/kit/keys.ts';
import { granted } from './granted.ts';
import { isRevoked, rowsOf, settled } from './table-writer.ts';

describe('a row that is rewritten', () => {
  it('with the Grant of another enrolment issues nothing', async () => {
    const other = await settled({}, 'CertificateRefused');
    const enrolment = await granted({}, { key: rsaKey(2048, 'another device') });
    rowsOf(enrolment).rewrite({ status: 'granted', sealedGrant: other.sealedGrant });
    await expect(enrolment.run()).rejects.toMatchObject({ code: 'NotSealed' });
    expect(enrolment.ca.issueCalls).toEqual([]);
  });

  it('as withheld revokes nothing, because its serial record contradicts it', async () => {
    const enrolment = await settled();
    const [serial] = [...enrolment.tables.serials.values()];
    const serialHex = serial?.certificate.serialHex ?? '';
    enrolment.rows.rewrite(
      { status: 'refused', code: 'CertificateMismatch', serialHex },
      'withheld',
    );
    expect(await enrolment.revoke()).toEqual({ revoked: 0, disputed: 1 });
    expect(enrolment.revokedByCa).toEqual([]);
  });

  it('as lost, with its old Grant and its own certificate, revokes nothing', async () => {
    const enrolment = await settled();
    const { sealedGrant, nowSeconds } = enrolment;
    const candidates = [...enrolment.ca.made];
    const search = { askedAtSeconds: nowSeconds(), searchedAtSeconds: nowSeconds(), candidates };
    enrolment.rows.rewrite({ status: 'refused', code: 'CertificateLost', search, sealedGrant });
    await expect(enrolment.run()).rejects.toMatchObject({ code: 'AttemptUnknown' });
    expect(await isRevoked(enrolment)).toBe(false);
  });

  it('as open before its certificate is ready issues one certificate', async () => {
    const enrolment = await granted();
    const rows = rowsOf(enrolment);
    const before = rows.read();
    enrolment.ca.plan.poll.push(...Array<'pending'>(4).fill('pending'));
    await enrolment.round();
    rows.putBack(before);
    await enrolment.run();
    expect([enrolment.ca.made.size, enrolment.ca.issueCalls.length]).toEqual([1, 1]);
  });

  it('as issued, with another device’s certificate, hands it to no device', async () => {
    const other = await settled();
    const state = await other.stateNow();
    const enrolment = await granted({}, { key: rsaKey(2048, 'another device') });
    if (state?.status !== 'issued') throw new Error('not issued');
    rowsOf(enrolment).rewrite(state);
    await expect(enrolment.send(enrolment.sent.message)).rejects.toMatchObject({
      code: 'NotSealed',
    });
  });

  it('as refused while the CA works on it hands nothing out', async () => {
    const enrolment = await granted();
    const rows = rowsOf(enrolment);
    const retrieve: typeof enrolment.ca.retrieve = async (arn) => {
      rows.rewrite({ status: 'refused', code: 'GrantExpired' });
      return await enrolment.ca.retrieve(arn);
    };
    await enrolment.round({ ...enrolment.context, ca: { ...enrolment.ca, retrieve } });
    expect(await enrolment.stateNow()).toMatchObject({ status: 'refused', code: 'GrantExpired' });
  });
});

describe('the dispatcher’s role, which may start any attempt', () => {
  it('issues nothing that was not granted', async () => {
    const { round, attempt, ca, connector } = await granted();
    expect(connector.connectorId).toBe('test');
    await expect(round(undefined, { enrolmentId: 'f'.repeat(64) })).rejects.toThrow(
      'AttemptUnknown',
    );
    for (const number of [0, 2, -1, 1.5])
      expect(await round(undefined, { ...attempt, attempt: number })).toMatchObject({
        isDone: true,
      });
    expect(ca.issueCalls).toEqual([]);
  });

  it('issues one certificate per attempt, however often it starts it', async () => {
    const { run, ca, time } = await granted();
    for (let starts = 0; starts < 5; starts += 1) {
      await run();
      time.seconds += 600;
    }
    expect([ca.made.size, ca.issueCalls.length]).toEqual([1, 1]);
  });

  it('changes nothing by an execution’s start time that is long past or far ahead', async () => {
    for (const startedAtMilliseconds of [0, Number.MAX_SAFE_INTEGER]) {
      const { round, ca, stateNow } = await granted();
      await round(undefined, { startedAtMilliseconds });
      expect((await stateNow())?.status).toBe('issued');
      expect(ca.made.size).toBe(1);
    }
  });
});
