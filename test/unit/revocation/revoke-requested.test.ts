import { describe, expect, it } from 'vitest';
import { type Death, world } from './world.ts';

const outcomeOf = (one: ReturnType<typeof world>) =>
  one.intune.results.map((result) =>
    result.succeeded
      ? `${result.requestContext}: revoked`
      : `${result.requestContext}: ${result.error}`,
  );

describe('a run', () => {
  it('revokes what Intune requests, and uploads each result once', async () => {
    const one = world(['0a', '0b', '0c']);
    one.queue({ serialNumber: '0A' });
    one.queue({ serialNumber: 'B' });
    expect(await one.run()).toEqual({
      downloaded: 2,
      revoked: 2,
      unknown: 0,
      answered: 2,
      waiting: 0,
    });
    expect(one.revoked).toEqual(['0a', '0b']);
    expect(await one.run()).toEqual({
      downloaded: 0,
      revoked: 0,
      unknown: 0,
      answered: 0,
      waiting: 0,
    });
    expect(outcomeOf(one)).toEqual(['for 0A: revoked', 'for B: revoked']);
  });

  it('records the revocation, so that the device receives another certificate', async () => {
    const one = world(['0a']);
    one.queue({ serialNumber: '0A' });
    await one.run();
    expect(await one.certificates.find('0a')).toMatchObject({ revokedAtSeconds: 2 });
  });

  it('answers success for a certificate that was revoked before, without a call to the CA', async () => {
    const one = world(['0a'], ['0a']);
    one.queue({ serialNumber: '0a' });
    await one.run();
    expect([one.revoked, outcomeOf(one)]).toEqual([[], ['for 0a: revoked']]);
  });

  it('answers "not found" to a request for this CA without its certificate, without a call to the CA', async () => {
    const one = world(['0a']);
    one.queue({ serialNumber: 'ff' });
    one.queue({ serialNumber: 'no serial' });
    await one.run();
    expect([one.revoked, outcomeOf(one)]).toEqual([
      [],
      ['for ff: certificateNotFound', 'for no serial: notSupported'],
    ]);
  });

  it('does not answer requests for the tenant’s other CAs', async () => {
    const one = world(['0a']);
    one.queue({ serialNumber: '0a', caConfiguration: 'another CA' });
    one.queue({ serialNumber: 'ff', caConfiguration: undefined });
    expect(await one.run()).toMatchObject({ downloaded: 0, answered: 0 });
    expect([one.revoked, outcomeOf(one)]).toEqual([[], []]);
  });

  it('accepts a request that names no CA, if it is for a certificate of ours', async () => {
    const one = world(['0a']);
    one.queue({ serialNumber: '0a', caConfiguration: undefined });
    await one.run();
    expect(outcomeOf(one)).toEqual(['for 0a: revoked']);
  });

  it('takes one batch, and the rest in the next run', async () => {
    const one = world(['01', '02', '03']);
    for (const serialNumber of ['01', '02', '03']) one.queue({ serialNumber });
    expect(await one.run({ batch: 2 })).toMatchObject({ answered: 2 });
    expect(await one.run({ batch: 2 })).toMatchObject({ answered: 1 });
    expect(one.revoked).toEqual(['01', '02', '03']);
  });

  it('revokes the others even if the CA fails to revoke one', async () => {
    const one = world(['01', '02']);
    one.refusedByCa.add('01');
    for (const serialNumber of ['01', '02']) one.queue({ serialNumber });
    expect(await one.run()).toMatchObject({ answered: 1, waiting: 1 });
    expect(outcomeOf(one)).toEqual(['for 02: revoked']);
    expect(one.problems).toMatchObject([{ step: 'revoke' }]);
    one.refusedByCa.clear();
    await one.run();
    expect(outcomeOf(one)).toEqual(['for 02: revoked', 'for 01: revoked']);
  });

  it('stops calling a CA that hangs, and uploads its results', async () => {
    const one = world(['01', '02']);
    let seconds = 2;
    for (const serialNumber of ['01', '02']) one.queue({ serialNumber });
    const ca = {
      revoke: async () => {
        seconds += 200;
      },
    };
    expect(await one.run({ nowSeconds: () => seconds, ca })).toMatchObject({
      answered: 1,
      waiting: 1,
    });
    expect(outcomeOf(one)).toEqual(['for 01: revoked']);
  });

  it('continues with the inbox while Intune’s download fails', async () => {
    const one = world(['0a']);
    await one.journal.open({ requestContext: 'kept', serialNumber: '0a' });
    one.intune.queue({ requestContext: 'kept', serialNumber: '0a' });
    one.intune.plan('outage');
    expect(await one.run()).toMatchObject({ downloaded: 0, answered: 1 });
    expect(one.problems).toMatchObject([{ step: 'download' }]);
  });

  it('uploads results that Intune did not accept before, without another revocation', async () => {
    const one = world(['0a']);
    one.queue({ serialNumber: '0a' });
    const failing = { uploadRevocationResults: async () => Promise.reject(new Error('down')) };
    const unreachable = { ...one.intune, ...failing };
    expect(await one.run({ intune: unreachable })).toMatchObject({ answered: 0, waiting: 1 });
    expect(await one.run()).toMatchObject({ answered: 1, waiting: 0 });
    expect([one.revoked, outcomeOf(one)]).toEqual([['0a'], ['for 0a: revoked']]);
  });

  it('uploads the others even if Intune refuses one result', async () => {
    const one = world(['01', '02']);
    await one.journal.open({ requestContext: 'unknown to Intune', serialNumber: '01' });
    one.queue({ serialNumber: '02' });
    expect(await one.run()).toMatchObject({ answered: 1, waiting: 1 });
    expect(outcomeOf(one)).toEqual(['for 02: revoked']);
  });

  it('stops uploading one by one if Intune is down', async () => {
    const one = world(['01', '02', '03']);
    for (const serialNumber of ['01', '02', '03']) one.queue({ serialNumber });
    let uploads = 0;
    const uploadRevocationResults = async () => {
      uploads += 1;
      if (uploads > 1) throw new Error('down');
      return false;
    };
    await one.run({ intune: { ...one.intune, uploadRevocationResults } });
    expect(uploads).toBe(2);
  });

  it('answers a repeated request again with the same result', async () => {
    const one = world(['0a']);
    one.queue({ serialNumber: '0a' });
    await one.run();
    one.queue({ serialNumber: '0a' });
    await one.run();
    expect([one.revoked, outcomeOf(one)]).toEqual([['0a'], ['for 0a: revoked', 'for 0a: revoked']]);
  });
});

describe('a run that dies', () => {
  const serials = ['01', '02', '03'];
  /** Two certificates to revoke, one already revoked, and one unknown. */
  const waiting = () => {
    const one = world(serials, ['03']);
    for (const serialNumber of [...serials, 'ff']) one.queue({ serialNumber });
    return one;
  };
  const deaths = Array.from({ length: 40 }, (_, at) => at + 1).flatMap((atCall) =>
    (['before', 'after'] as const).map((when): Death => ({ atCall, when })),
  );

  /** One download and four stored requests; a run that dies before these has stored nothing. */
  const afterKeeping = deaths.filter(({ atCall }) => atCall > 5);
  /**
   * Check, find, revoke, mark and record for two, and fewer calls for the others; then the upload,
   * and a close for each.
   */
  const uploadCall = 19;

  it('dies at every tested call, and survives beyond them', async () => {
    expect(await waiting().runUntil({ atCall: 20, when: 'before' })).toBe('died');
    expect(await waiting().runUntil({ atCall: 40, when: 'before' })).toBe('lived');
  });

  it.each(deaths)(
    '$when call $atCall is continued by the next run, which revokes and answers everything',
    async (death) => {
      const one = waiting();
      await one.runUntil(death);
      await one.run();
      const answers = outcomeOf(one);
      expect([...new Set(one.revoked)].toSorted()).toEqual(['01', '02']);
      expect([...new Set(answers)].toSorted()).toEqual([
        'for 01: revoked',
        'for 02: revoked',
        'for 03: revoked',
        'for ff: certificateNotFound',
      ]);
      // Each is uploaded once, and again if the run died between the upload and its record.
      const times = Map.groupBy(answers, (answer) => answer).values();
      expect(Math.max(...[...times].map(({ length }) => length))).toBeLessThanOrEqual(
        death.atCall < uploadCall ? 1 : 2,
      );
      expect(await one.journal.pending(10)).toEqual([]);
      expect(one.revoked.length).toBeLessThanOrEqual(3);
    },
  );

  it.each(afterKeeping)(
    '$when call $atCall loses nothing, even if Intune returns nothing twice',
    async (death) => {
      const one = waiting();
      const { downloadRevocations } = one.intune;
      await one.runUntil(death);
      const silent = { ...one.intune, downloadRevocations: async () => [] };
      await one.run({ intune: silent });
      expect([...new Set(outcomeOf(one))]).toHaveLength(4);
      expect(await downloadRevocations(10)).toEqual([]);
    },
  );
});
