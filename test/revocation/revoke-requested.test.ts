import { describe, expect, it } from 'vitest';
import { type Death, world } from './world.ts';

const outcomeOf = (one: ReturnType<typeof world>) =>
  one.intune.results.map((result) =>
    result.succeeded
      ? `${result.requestContext}: revoked`
      : `${result.requestContext}: ${result.error}`,
  );

describe('a run', () => {
  it('revokes what Intune wants revoked, and says so once', async () => {
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

  it('marks the certificate, so that its device gets another', async () => {
    const one = world(['0a']);
    one.queue({ serialNumber: '0A' });
    await one.run();
    expect(await one.certificates.find('0a')).toMatchObject({ revokedAtSeconds: 2 });
  });

  it('answers success for one that was revoked before, and does not ask the CA', async () => {
    const one = world(['0a'], ['0a']);
    one.queue({ serialNumber: '0a' });
    await one.run();
    expect([one.revoked, outcomeOf(one)]).toEqual([[], ['for 0a: revoked']]);
  });

  it('answers that it is unknown for one of ours that it did not issue, and does not ask the CA', async () => {
    const one = world(['0a']);
    one.queue({ serialNumber: 'ff' });
    one.queue({ serialNumber: 'no serial' });
    await one.run();
    expect([one.revoked, outcomeOf(one)]).toEqual([
      [],
      ['for ff: certificateNotFound', 'for no serial: notSupported'],
    ]);
  });

  it('leaves the requests of the tenant’s other CAs alone', async () => {
    const one = world(['0a']);
    one.queue({ serialNumber: '0a', caConfiguration: 'another CA' });
    one.queue({ serialNumber: 'ff', caConfiguration: undefined });
    expect(await one.run()).toMatchObject({ downloaded: 0, answered: 0 });
    expect([one.revoked, outcomeOf(one)]).toEqual([[], []]);
  });

  it('takes a request that names no CA, where it is for a certificate of ours', async () => {
    const one = world(['0a']);
    one.queue({ serialNumber: '0a', caConfiguration: undefined });
    await one.run();
    expect(outcomeOf(one)).toEqual(['for 0a: revoked']);
  });

  it('takes no more than a batch, and the rest the next time', async () => {
    const one = world(['01', '02', '03']);
    for (const serialNumber of ['01', '02', '03']) one.queue({ serialNumber });
    expect(await one.run({ batch: 2 })).toMatchObject({ answered: 2 });
    expect(await one.run({ batch: 2 })).toMatchObject({ answered: 1 });
    expect(one.revoked).toEqual(['01', '02', '03']);
  });

  it('does not let one that the CA cannot revoke now hold up the others', async () => {
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

  it('stops asking a CA that hangs, and tells Intune what is done', async () => {
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

  it('does what is in the journal while Intune’s download is down', async () => {
    const one = world(['0a']);
    await one.journal.open({ requestContext: 'kept', serialNumber: '0a' });
    one.intune.queue({ requestContext: 'kept', serialNumber: '0a' });
    one.intune.plan('outage');
    expect(await one.run()).toMatchObject({ downloaded: 0, answered: 1 });
    expect(one.problems).toMatchObject([{ step: 'download' }]);
  });

  it('uploads what Intune did not take before, without revoking again', async () => {
    const one = world(['0a']);
    one.queue({ serialNumber: '0a' });
    const deafness = { uploadRevocationResults: async () => Promise.reject(new Error('down')) };
    const deaf = { ...one.intune, ...deafness };
    expect(await one.run({ intune: deaf })).toMatchObject({ answered: 0, waiting: 1 });
    expect(await one.run()).toMatchObject({ answered: 1, waiting: 0 });
    expect([one.revoked, outcomeOf(one)]).toEqual([['0a'], ['for 0a: revoked']]);
  });

  it('does not let a result that Intune does not like hold up the others', async () => {
    const one = world(['01', '02']);
    await one.journal.open({ requestContext: 'nobody knows it', serialNumber: '01' });
    one.queue({ serialNumber: '02' });
    expect(await one.run()).toMatchObject({ answered: 1, waiting: 1 });
    expect(outcomeOf(one)).toEqual(['for 02: revoked']);
  });

  it('stops asking one by one where Intune is down', async () => {
    const one = world(['01', '02', '03']);
    for (const serialNumber of ['01', '02', '03']) one.queue({ serialNumber });
    let asked = 0;
    const uploadRevocationResults = async () => {
      asked += 1;
      if (asked > 1) throw new Error('down');
      return false;
    };
    await one.run({ intune: { ...one.intune, uploadRevocationResults } });
    expect(asked).toBe(2);
  });

  it('answers again what Intune gives again, with the same result', async () => {
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
  /** Two to revoke, one revoked before, one unknown. */
  const waiting = () => {
    const one = world(serials, ['03']);
    for (const serialNumber of [...serials, 'ff']) one.queue({ serialNumber });
    return one;
  };
  const deaths = Array.from({ length: 40 }, (_, at) => at + 1).flatMap((atCall) =>
    (['before', 'after'] as const).map((when): Death => ({ atCall, when })),
  );

  /** One download, four requests kept; who dies before that has nothing to remember. */
  const afterKeeping = deaths.filter(({ atCall }) => atCall > 5);
  /**
   * Check, find, revoke, mark, record for two, less for the others; then the upload, and a close
   * for each.
   */
  const uploadCall = 19;

  it('dies within the calls that are tried, and lives past them', async () => {
    expect(await waiting().runUntil({ atCall: 20, when: 'before' })).toBe('died');
    expect(await waiting().runUntil({ atCall: 40, when: 'before' })).toBe('lived');
  });

  it.each(deaths)(
    '$when call $atCall is taken up by the next: all revoked, all answered',
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
      // Once each; once more where it died between the upload and knowing of it.
      const times = Map.groupBy(answers, (answer) => answer).values();
      expect(Math.max(...[...times].map(({ length }) => length))).toBeLessThanOrEqual(
        death.atCall < uploadCall ? 1 : 2,
      );
      expect(await one.journal.pending(10)).toEqual([]);
      expect(one.revoked.length).toBeLessThanOrEqual(3);
    },
  );

  it.each(afterKeeping)(
    '$when call $atCall loses nothing, though Intune gives nothing twice',
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
