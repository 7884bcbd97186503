import { describe, expect, it } from 'vitest';
import type { RecordedCertificate } from '../../../lambda/ports/attempts.ts';
import { revokeWithheld } from '../../../lambda/revocation/revoke-withheld.ts';
import { certificateOf, claimed, refusing, withholding } from '../../contract/samples.ts';
import { memoryStores, now } from '../../contract/stores.ts';

/** A connector whose CA revokes, except for the serial numbers in `refused`. */
function createConnector(refused: ReadonlySet<string> = new Set()) {
  const stores = memoryStores();
  const revoked: string[] = [];
  const problems: unknown[] = [];
  const ca = {
    revoke: async (serialHex: string) => {
      if (refused.has(serialHex)) throw new Error('the CA is busy');
      revoked.push(serialHex);
    },
  };
  const withheld = async (): Promise<RecordedCertificate> => {
    const certificate = certificateOf(await claimed(stores));
    await stores.attempts.settle(withholding(certificate));
    return certificate;
  };
  const run = (withheldPort = stores.withheld, batch = 100) =>
    revokeWithheld({
      withheld: withheldPort,
      ca,
      batch,
      nowSeconds: () => now,
      report: (error) => problems.push(error),
    });
  return { stores, revoked, problems, withheld, run };
}

describe('revoking withheld certificates', () => {
  it('does nothing without withheld certificates', async () => {
    const { run, problems } = createConnector();
    expect(await run()).toEqual({ revoked: 0, disputed: 0 });
    expect(problems).toEqual([]);
  });

  it('revokes each certificate by its serial number, once', async () => {
    const { run, withheld, revoked } = createConnector();
    const made = [await withheld(), await withheld()];
    expect(await run()).toEqual({ revoked: 2, disputed: 0 });
    expect(await run()).toEqual({ revoked: 0, disputed: 0 });
    expect(revoked.toSorted()).toEqual(made.map(({ serialHex }) => serialHex).toSorted());
  });

  it('reports what the CA does not revoke, continues with the rest, and retries', async () => {
    const refused = new Set<string>();
    const { run, withheld, problems, revoked } = createConnector(refused);
    const [one] = [await withheld(), await withheld()];
    refused.add(one.serialHex);
    expect(await run()).toEqual({ revoked: 1, disputed: 0 });
    expect(problems).toMatchObject([{ message: 'the CA is busy' }]);
    refused.clear();
    expect(await run()).toEqual({ revoked: 1, disputed: 0 });
    expect(revoked).toHaveLength(2);
  });

  it('revokes again if the record failed, which the CA accepts', async () => {
    const { run, withheld, stores, problems, revoked } = createConnector();
    await withheld();
    const markRevoked = async () => Promise.reject(new Error('down'));
    expect(await run({ ...stores.withheld, markRevoked })).toEqual({ revoked: 0, disputed: 0 });
    expect(problems).toHaveLength(1);
    expect(await run()).toEqual({ revoked: 1, disputed: 0 });
    expect(revoked).toHaveLength(2);
  });

  it('processes one batch at a time', async () => {
    const { run, withheld } = createConnector();
    for (let made = 0; made < 3; made += 1) await withheld();
    expect(await run(undefined, 2)).toMatchObject({ revoked: 2 });
    expect(await run(undefined, 2)).toMatchObject({ revoked: 1 });
  });

  it('does not revoke where row and serial record disagree, and counts it', async () => {
    const { run, stores, revoked } = createConnector();
    const row = await claimed(stores);
    await stores.attempts.settle(refusing(row));
    const forged = { status: 'refused', code: 'CertificateMismatch', serialHex: '0abc' } as const;
    await stores.rewrite(row, forged, 'withheld');
    expect(await run()).toEqual({ revoked: 0, disputed: 1 });
    expect(revoked).toEqual([]);
  });
});
