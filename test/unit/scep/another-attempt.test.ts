import { describe, expect, it } from 'vitest';
import { Fault } from '../../../lambda/core/errors.ts';
import { cn, name } from '../../support/kit/names.ts';
import { pkcsReq } from '../../support/kit/pkcs-req.ts';
import { createDevice } from './device.ts';

const day = 86_400;
const weekly = { profile: { validityDays: 7 } };

/** TTL removes a row 30 days after its end, and a progress record 60 days after its start. */
function sweep(
  { tables, time }: Awaited<ReturnType<typeof createDevice>>,
  ages: 'rows' | 'all',
): void {
  tables.rows.clear();
  if (ages === 'all') tables.progress.clear();
  time.seconds += ages === 'all' ? 90 * day : 40 * day;
}

describe('the same request', () => {
  it('gets the same certificate until half of its life has passed', async () => {
    const { outcome, time, rows } = await createDevice();
    const first = await outcome();
    const state = rows()[0]?.state;
    if (state?.status !== 'issued') throw new Error('not issued');
    const half = (state.notBeforeSeconds + state.notAfterSeconds) / 2;
    time.seconds = half - 1;
    expect(await outcome()).toEqual(first);
    time.seconds = half;
    expect(await outcome()).toMatchObject({ status: 'refused', code: 'ChallengeUsed' });
  });

  it('is authorised again after that, and takes another use', async () => {
    const { outcome, time, usesLeft, ca, rows } = await createDevice(weekly, { maxUses: 2 });
    const first = await outcome();
    time.seconds += 30 * day;
    const second = await outcome();
    expect(second).toMatchObject({ status: 'issued' });
    expect(second).not.toEqual(first);
    expect([ca.orders.length, usesLeft()]).toEqual([2, 0]);
    expect(
      rows()
        .map(({ attempt }) => attempt)
        .toSorted(),
    ).toEqual([1, 2]);
    expect(new Set(ca.orders.map(({ idempotencyToken }) => idempotencyToken)).size).toBe(2);
  });

  it('is authorised again once its certificate is revoked', async () => {
    const { outcome, tables, certificates, connector } = await createDevice(weekly, { maxUses: 2 });
    await outcome();
    const [serial] = [...tables.serials.values()];
    const key = serial?.certificate.serialHex.replace(/^0+/, '').toLowerCase() ?? '';
    await certificates.markRevoked(key, connector.clock.nowSeconds());
    expect(await outcome()).toMatchObject({ status: 'issued' });
    expect(tables.serials.size).toBe(2);
  });
});

describe('a one-time challenge whose row was swept', () => {
  it.each(['rows', 'all'] as const)(
    'stays used after a sweep of %s: the same request is refused',
    async (swept) => {
      const enrolment = await createDevice();
      expect(await enrolment.outcome()).toMatchObject({ status: 'issued' });
      sweep(enrolment, swept);
      expect(await enrolment.outcome()).toMatchObject({ status: 'refused', code: 'ChallengeUsed' });
      expect(enrolment.ca.orders).toHaveLength(1);
    },
  );

  it('is refused as revoked if it was revoked meanwhile', async () => {
    const enrolment = await createDevice();
    await enrolment.outcome();
    sweep(enrolment, 'all');
    enrolment.changeChallenge({ revokedAtSeconds: enrolment.connector.clock.nowSeconds() });
    expect(await enrolment.outcome()).toMatchObject({ code: 'ChallengeRevoked' });
    expect(enrolment.ca.orders).toHaveLength(1);
  });
});

describe('an enrolment that the CA refused', () => {
  const refused = async () => {
    const enrolment = await createDevice();
    const { issue } = enrolment.ca;
    enrolment.ca.issue = async () => Promise.reject(new Fault('CertificateRefused'));
    expect(await enrolment.outcome()).toMatchObject({ code: 'CertificateRefused' });
    enrolment.ca.issue = issue;
    return enrolment;
  };

  it('gives the use back, and the same request starts another attempt', async () => {
    const { outcome, usesLeft, rows } = await refused();
    expect(usesLeft()).toBe(1);
    expect(await outcome()).toMatchObject({ status: 'issued' });
    expect(usesLeft()).toBe(0);
    expect(
      rows()
        .map(({ attempt }) => attempt)
        .toSorted(),
    ).toEqual([1, 2]);
  });

  it.each([
    ['rows', 2],
    ['all', 1],
  ] as const)('starts another attempt after a sweep of %s', async (swept, attempt) => {
    const enrolment = await refused();
    sweep(enrolment, swept);
    expect(await enrolment.outcome()).toMatchObject({ status: 'issued' });
    expect(enrolment.rows()).toMatchObject([{ attempt }]);
  });

  it('leaves the use to another device as well', async () => {
    const { outcome, withNewKey } = await refused();
    expect(await outcome(withNewKey('another device').message)).toMatchObject({ status: 'issued' });
  });
});

describe('two requests with one transactionID at the same time', () => {
  it('are both granted, and the poll answers for the later one', async () => {
    const { ra, send, started, conduct, password, poll, request } = await createDevice(
      { held: true, waitSeconds: 0 },
      { maxUses: 2 },
    );
    const { transactionId, key } = request;
    const csr = { subject: name(cn('another name')) };
    const later = pkcsReq({ ra, challenge: password, key, transactionId, csr });
    await send(request.message);
    await send(later.message);
    expect(started).toHaveLength(2);
    for (const attempt of started) await conduct(attempt);
    const polled = (await send(poll())).outcome;
    expect(polled).toMatchObject({ status: 'issued' });
    expect(polled).toEqual((await send(later.message)).outcome);
    expect(polled).not.toEqual((await send(request.message)).outcome);
  });
});
