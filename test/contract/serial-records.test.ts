import { expect, it } from 'vitest';
import { certificateOf, claimed, grantedRow, withholding } from './samples.ts';
import { describeStores, now } from './stores.ts';

describeStores('a serial record', (stores) => {
  const record = (certificate: Parameters<ReturnType<typeof stores>['attempts']['record']>[0]) =>
    stores().attempts.record(certificate);

  it('is written before the settlement, and repeatably', async () => {
    const certificate = certificateOf(grantedRow());
    expect([await record(certificate), await record(certificate)]).toEqual([true, true]);
    const found = await stores().certificates.find(certificate.serialHex);
    expect(found).toEqual({ serialHex: certificate.serialHex });
  });

  it('of a revoked certificate does not change', async () => {
    const certificate = certificateOf(await claimed(stores()));
    await record(certificate);
    await stores().certificates.markRevoked(certificate.serialHex, now);
    expect(await record(certificate)).toBe(false);
  });

  it('of a withheld certificate does not change', async () => {
    const certificate = certificateOf(await claimed(stores()));
    await stores().attempts.settle(withholding(certificate));
    expect(await record(certificate)).toBe(false);
  });

  it('of another attempt does not change', async () => {
    const certificate = certificateOf(grantedRow());
    await record(certificate);
    const other = certificateOf(grantedRow(), { serialHex: certificate.serialHex });
    expect(await record(other)).toBe(false);
  });
});
