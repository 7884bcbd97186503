import { expect, it } from 'vitest';
import type { RecordedCertificate } from '../../lambda/ports/attempts.ts';
import { certificateOf, claimed, grantedRow, issuing, refusing, withholding } from './samples.ts';
import { describeStores, now } from './stores.ts';

describeStores('withheld certificates', (stores) => {
  const withheld = async (): Promise<RecordedCertificate> => {
    const certificate = certificateOf(await claimed(stores()));
    await stores().attempts.settle(withholding(certificate));
    return certificate;
  };
  const waiting = async ({ enrolmentId }: Pick<RecordedCertificate, 'enrolmentId'>) =>
    (await stores().withheld.pending(100)).certificates.find(
      (one) => one.enrolmentId === enrolmentId,
    );
  const disputed = async () => (await stores().withheld.pending(100)).disputed;
  const revokedAt = async (certificate: RecordedCertificate) => {
    const serial = await stores().certificates.find(certificate.serialHex);
    const state = (await stores().attempts.read(certificate)).row?.state;
    const inRow = state && 'revokedAtSeconds' in state ? state.revokedAtSeconds : undefined;
    return [serial?.revokedAtSeconds, inRow];
  };

  it('wait until they are revoked, and are not listed afterwards', async () => {
    const certificate = await withheld();
    const one = await waiting(certificate);
    if (one === undefined) throw new Error('not withheld');
    await stores().withheld.markRevoked(one, now + 5);
    await stores().withheld.markRevoked(one, now + 9);
    expect(await waiting(certificate)).toBeUndefined();
    expect(await revokedAt(certificate)).toEqual([now + 5, now + 5]);
  });

  it('are listed up to the limit', async () => {
    for (let made = 0; made < 3; made += 1) await withheld();
    expect((await stores().withheld.pending(2)).certificates).toHaveLength(2);
  });

  it('are separate for each connector', async () => {
    await withheld();
    const other = await stores().of('other').withheld.pending(100);
    expect(other).toEqual({ certificates: [], disputed: 0 });
  });

  it('are revoked even if a later attempt follows theirs', async () => {
    const certificate = await withheld();
    const { row: previous } = await stores().enrolments.readKnown(certificate);
    const next = grantedRow({ enrolmentId: certificate.enrolmentId, attempt: 2 });
    await claimed(stores(), next, { previous });
    const one = await waiting(certificate);
    if (one === undefined) throw new Error('not withheld');
    await stores().withheld.markRevoked(one, now);
    expect(await waiting(certificate)).toBeUndefined();
    expect(await revokedAt(certificate)).toEqual([now, now]);
  });

  it('are disputed if row and record name different certificates', async () => {
    const good = certificateOf(await claimed(stores()));
    await stores().attempts.settle(issuing(good));
    const certificate = await withheld();
    const row = (await stores().attempts.read(certificate)).row;
    if (row === undefined) throw new Error('no row');
    const before = await disputed();
    const code = 'CertificateMismatch';
    await stores().rewrite(row, { status: 'refused', code, serialHex: good.serialHex }, 'withheld');
    expect(await waiting(certificate)).toBeUndefined();
    expect(await disputed()).toBe(before + 1);
    await stores().rewrite(row, row.state, 'withheld');
  });

  it('are disputed if row and record name different reasons', async () => {
    const certificate = await withheld();
    const row = (await stores().attempts.read(certificate)).row;
    if (row === undefined) throw new Error('no row');
    const before = await disputed();
    const { serialHex } = certificate;
    await stores().rewrite(
      row,
      { status: 'refused', code: 'CertificateLost', serialHex },
      'withheld',
    );
    expect(await waiting(certificate)).toBeUndefined();
    expect(await disputed()).toBe(before + 1);
    await stores().rewrite(row, row.state, 'withheld');
  });

  it('do not include a row without a matching record', async () => {
    const row = await claimed(stores());
    const good = certificateOf(row);
    await stores().attempts.settle(issuing(good));
    const { serialHex } = good;
    const before = await disputed();
    const forged = { status: 'refused', code: 'CertificateMismatch', serialHex } as const;
    await stores().rewrite(row, forged, 'withheld');
    expect(await waiting(good)).toBeUndefined();
    expect(await disputed()).toBe(before + 1);
    const claim = { ...good, code: 'CertificateMismatch' as const };
    await stores().withheld.markRevoked(claim, now);
    expect((await revokedAt(good))[0]).toBeUndefined();
  });

  it('do not include a refusal without a certificate', async () => {
    const row = await claimed(stores());
    await stores().attempts.settle(refusing(row));
    expect(await waiting(row)).toBeUndefined();
  });
});

describeStores('the certificates of a connector', (stores) => {
  const issued = async () => {
    const certificate = certificateOf(await claimed(stores()));
    await stores().attempts.settle(issuing(certificate));
    return { certificate, key: certificate.serialHex };
  };
  const rowOf = async (one: RecordedCertificate) => (await stores().attempts.read(one)).row?.state;

  it('are found by their serial numbers, as the CA writes them', async () => {
    const { certificate, key } = await issued();
    expect(await stores().certificates.find(key)).toEqual({ serialHex: certificate.serialHex });
    expect(await stores().certificates.find('abc')).toBeUndefined();
  });

  it('are not found by another connector', async () => {
    const { key } = await issued();
    const other = stores().of('other').certificates;
    expect(await other.find(key)).toBeUndefined();
    await other.markRevoked(key, now);
    expect(await stores().certificates.find(key)).not.toHaveProperty('revokedAtSeconds');
  });

  it('are revoked in record and row, once', async () => {
    const { certificate, key } = await issued();
    await stores().certificates.markRevoked(key, now);
    await stores().certificates.markRevoked(key, now + 60);
    expect(await stores().certificates.find(key)).toMatchObject({ revokedAtSeconds: now });
    expect(await rowOf(certificate)).toMatchObject({ status: 'issued', revokedAtSeconds: now });
  });

  it('are revoked even if a later attempt follows theirs, which is unchanged', async () => {
    const { certificate, key } = await issued();
    const { row: previous } = await stores().enrolments.readKnown(certificate);
    const next = grantedRow({ enrolmentId: certificate.enrolmentId, attempt: 2 });
    await claimed(stores(), next, { previous });
    await stores().certificates.markRevoked(key, now);
    expect(await rowOf(certificate)).toMatchObject({ status: 'issued', revokedAtSeconds: now });
    expect((await stores().enrolments.readKnown(next)).row?.state).not.toHaveProperty(
      'revokedAtSeconds',
    );
  });

  it('are not created by a revocation of an unknown serial number', async () => {
    await stores().certificates.markRevoked('abcdef', now);
    expect(await stores().certificates.find('abcdef')).toBeUndefined();
  });
});
