import { expect, it } from 'vitest';
import type { Attempt } from '../../lambda/core/attempt.ts';
import { certificateOf, claimed, issuing, plain, refusing } from './samples.ts';
import { describeStores, now } from './stores.ts';

describeStores('a certificate that is found after its refusal', (stores) => {
  const lostRow = async () => {
    const row = await claimed(stores());
    const search = { askedAtSeconds: now - 7200, searchedAtSeconds: now, candidates: ['arn:one'] };
    const { sealedGrant } = row.state;
    const state = { code: 'CertificateLost' as const, search, sealedGrant };
    await stores().attempts.settle(refusing(row, {}, state));
    return row;
  };
  const late = (row: Attempt) => certificateOf(row, { withheldFor: 'CertificateLost' });
  const pending = async () =>
    (await stores().withheld.pending(100)).certificates.map(({ serialHex }) => serialHex);

  it('is added to the row for Revoke, and ends the search and the Grant', async () => {
    const row = await lostRow();
    const certificate = late(row);
    await stores().attempts.discard(certificate, now);
    const { serialHex } = certificate;
    expect(plain((await stores().attempts.read(row)).row?.state)).toEqual({
      ...{ status: 'refused', code: 'CertificateLost', serialHex },
    });
    expect(await pending()).toContain(serialHex);
    const lost = await stores().lost.due(now + 9999, 10_000);
    expect(lost.map(({ enrolmentId }) => enrolmentId)).not.toContain(row.enrolmentId);
  });

  it('is added once, however often it is repeated', async () => {
    const certificate = late(await lostRow());
    await stores().attempts.discard(certificate, now);
    await stores().attempts.discard(certificate, now);
    expect((await pending()).filter((one) => one === certificate.serialHex)).toHaveLength(1);
  });

  it('is added to its row even if a later attempt follows', async () => {
    const row = await lostRow();
    const { row: previous } = await stores().enrolments.readKnown(row);
    await claimed(stores(), { ...row, attempt: 2 }, { previous });
    const certificate = late(row);
    await stores().attempts.discard(certificate, now);
    expect(await pending()).toContain(certificate.serialHex);
    expect((await stores().enrolments.readKnown(row)).row).toMatchObject({
      attempt: 2,
      state: { status: 'granted' },
    });
  });

  it('is an error for a row that is open, issued or missing, and is not recorded', async () => {
    const open = await claimed(stores());
    const issued = await claimed(stores());
    await stores().attempts.settle(issuing(certificateOf(issued)));
    for (const row of [open, issued, { ...open, attempt: 2 }]) {
      const certificate = late(row);
      const discarded = stores().attempts.discard(certificate, now);
      await expect(discarded).rejects.toMatchObject({ code: 'AttemptUnknown' });
      expect(await stores().certificates.find(certificate.serialHex)).toBeUndefined();
    }
  });

  it('can be one that Intune was notified of, if no device received it', async () => {
    const row = await lostRow();
    await stores().attempts.record(certificateOf(row, { serialHex: '0abc' }));
    await stores().attempts.discard({ ...late(row), serialHex: '0abc' }, now);
    expect(await pending()).toContain('0abc');
  });

  it('is never one that was handed out, even if the row says so', async () => {
    const row = await claimed(stores());
    const good = certificateOf(row);
    await stores().attempts.settle(issuing(good));
    await stores().rewrite(row, { status: 'refused', code: 'CertificateLost' });
    const discarded = stores().attempts.discard({ ...good, withheldFor: 'CertificateLost' }, now);
    await expect(discarded).rejects.toMatchObject({ code: 'AttemptUnknown' });
    expect(await pending()).not.toContain(good.serialHex);
  });
});
