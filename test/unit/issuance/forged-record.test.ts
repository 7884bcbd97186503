import { describe, expect, it } from 'vitest';
import { rsaKey } from '../../support/kit/keys.ts';
import { granted } from './granted.ts';
import { type Enrolment, isRevoked, settled } from './table-writer.ts';

describe('a forged progress record', () => {
  /** The ARN of another device's certificate from the same CA. */
  const foreign = async (enrolment: Enrolment) => {
    const other = await granted({}, { key: rsaKey(2048, 'another device') });
    await other.run();
    const arn = [...other.ca.made][0] ?? '';
    const retrieve: typeof other.ca.retrieve = (wanted) =>
      (wanted === arn ? other : enrolment).ca.retrieve(wanted);
    return { arn, context: { ...enrolment.context, ca: { ...enrolment.ca, retrieve } } };
  };

  it('with a foreign ARN hands nothing out, revokes nothing, and ends', async () => {
    const enrolment = await granted();
    const { arn, context } = await foreign(enrolment);
    const { attempt, tables, run, time, due, stateNow, nowSeconds } = enrolment;
    const forged = { ...attempt, turnAtMilliseconds: 1, tries: 1, askedAtSeconds: nowSeconds() };
    tables.progress.set(`test#${attempt.enrolmentId}`, { ...forged, certificateArn: arn });
    const stored = () => tables.rows.get(`test#${attempt.enrolmentId}`);
    for (
      let searches = 0;
      searches < 3 && (await stateNow())?.status === 'granted';
      searches += 1
    ) {
      await run(context);
      time.seconds = Math.max(time.seconds, due()?.atSeconds ?? 0);
      const { row } = stored() ?? {};
      if (row?.state.status !== 'granted' || !row.state.search) continue;
      const search = { ...row.state.search, searchedAtSeconds: nowSeconds(), candidates: [arn] };
      tables.rows.set(`test#${attempt.enrolmentId}`, {
        row: { ...row, state: { ...row.state, search } },
      });
    }
    expect(await stateNow()).toMatchObject({ status: 'refused', code: 'CertificateLost' });
    expect(tables.serials.size).toBe(0);
    expect(await isRevoked(enrolment)).toBe(false);
  });

  it('with a foreign ARN does not hide the attempt’s own certificate', async () => {
    const enrolment = await granted();
    const { arn, context } = await foreign(enrolment);
    const { attempt, tables, run, ca, stateNow, nowSeconds } = enrolment;
    ca.plan.issue.push('lost');
    await enrolment.round();
    const own = [...ca.made][0] ?? '';
    const forged = { ...attempt, turnAtMilliseconds: 1, tries: 1, askedAtSeconds: nowSeconds() };
    tables.progress.set(`test#${attempt.enrolmentId}`, { ...forged, certificateArn: arn });
    await run(context);
    const { row } = tables.rows.get(`test#${attempt.enrolmentId}`) ?? {};
    if (row?.state.status !== 'granted' || !row.state.search) throw new Error('not searched for');
    const search = { ...row.state.search, searchedAtSeconds: nowSeconds(), candidates: [own] };
    tables.rows.set(`test#${attempt.enrolmentId}`, {
      row: { ...row, state: { ...row.state, search } },
    });
    await run(context);
    expect(await stateNow()).toMatchObject({ status: 'issued', certificateArn: own });
  });

  it('for a settled attempt issues nothing', async () => {
    const enrolment = await settled();
    enrolment.tables.progress.clear();
    await enrolment.run();
    expect(enrolment.ca.issueCalls).toHaveLength(1);
  });

  it('with a serial record marked as withheld revokes no certificate', async () => {
    const enrolment = await settled();
    for (const [id, { certificate }] of enrolment.tables.serials)
      enrolment.tables.serials.set(id, {
        certificate: { ...certificate, withheldFor: 'CertificateMismatch' },
      });
    expect(await enrolment.revoke()).toEqual({ revoked: 0, disputed: 0 });
    expect(enrolment.revokedByCa).toEqual([]);
  });
});
