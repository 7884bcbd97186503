import { describe, expect, it } from 'vitest';
import type { RefusalBasis, SettleResult } from '../../lambda/ports/attempts.ts';
import type { AttemptProgress } from '../../lambda/ports/enrolments.ts';
import {
  certificateOf,
  claimed,
  created,
  grantedRow,
  issuedState,
  issuing,
  plain,
  refusing,
  withholding,
} from './samples.ts';
import { describeStores, now } from './stores.ts';

type Progress = Omit<AttemptProgress, 'enrolmentId'>;
const turn = { attempt: 1, turnAtMilliseconds: now * 1000, tries: 0 };
const asked = { ...turn, tries: 1, askedAtSeconds: now };

/** The states of a progress record before its attempt is refused. */
const progresses: Readonly<Record<string, Progress | undefined>> = {
  'no record': undefined,
  'the record of an earlier attempt': { ...asked, attempt: 0 },
  'a turn': turn,
  'one try': asked,
  'two tries': { ...asked, tries: 2 },
  'an ARN': { ...asked, certificateArn: 'arn:one' },
  'a record that is withheld': { ...asked, withheldFor: 'CertificateMismatch' },
  'the record of a later attempt': { ...asked, attempt: 2 },
};

/** The records that allow a refusal of each basis. */
const holds: Readonly<Record<RefusalBasis, readonly (keyof typeof progresses)[]>> = {
  rejected: ['one try'],
  failed: ['a turn', 'one try', 'two tries', 'an ARN'],
  notAsked: ['no record', 'the record of an earlier attempt', 'a turn'],
  unknown: Object.keys(progresses).filter((name) => name !== 'the record of a later attempt'),
};

describeStores('a settlement', (stores) => {
  const settle: ReturnType<typeof stores>['attempts']['settle'] = (how) =>
    stores().attempts.settle(how);
  const stateOf = async (row: { readonly enrolmentId: string }) =>
    plain((await stores().enrolments.readKnown(row)).row?.state);
  /** Writes a record step by step, as Certify does. */
  const withProgress = async (enrolmentId: string, progress: Progress | undefined) => {
    if (progress === undefined) return;
    const { certificateArn, withheldFor, tries, askedAtSeconds, ...begun } = progress;
    const attempt = { enrolmentId, attempt: progress.attempt };
    await stores().attempts.begin({ enrolmentId, ...begun, tries: 0 });
    for (let tried = 0; tried < tries; tried += 1)
      await stores().attempts.mark(attempt, askedAtSeconds ?? now);
    if (certificateArn) await stores().attempts.recordArn(attempt, certificateArn);
    if (withheldFor) await stores().attempts.withhold(attempt, withheldFor);
  };

  it('hands a certificate out, records its serial number, and leaves nothing due', async () => {
    const row = await claimed(stores());
    const certificate = certificateOf(row);
    expect(await settle(issuing(certificate))).toBe('settled');
    expect(await stateOf(row)).toEqual(plain(issuedState(certificate)));
    expect(await stores().certificates.find(certificate.serialHex)).toBeDefined();
    const due = await stores().due.due(now + 9999, 10_000);
    expect(due.map(({ enrolmentId }) => enrolmentId)).not.toContain(row.enrolmentId);
  });

  it('is stored with its time', async () => {
    const row = await claimed(stores());
    await settle(issuing(certificateOf(row)));
    const known = await stores().enrolments.readKnown(row);
    expect(known.row?.endedAtMilliseconds).toBe(now * 1000);
  });

  it('is final, so a second one changes nothing', async () => {
    const row = await claimed(stores());
    const certificate = certificateOf(row);
    await settle(issuing(certificate));
    expect(await settle(refusing(row))).toBe('settledBefore');
    expect(await settle(issuing(certificateOf(row)))).toBe('settledBefore');
    expect(await stateOf(row)).toEqual(plain(issuedState(certificate)));
  });

  it('succeeds for one of many concurrent calls', async () => {
    const row = await claimed(stores());
    const certificate = certificateOf(row);
    const all = await Promise.all([1, 2, 3, 4].map(() => settle(issuing(certificate))));
    expect(all.toSorted()).toEqual(['settled', ...Array(3).fill('settledBefore')]);
  });

  it('of an attempt that a later one follows, or that was never granted, changes nothing', async () => {
    const row = await claimed(stores());
    const certificate = certificateOf({ ...row, attempt: 2 });
    expect(await settle(issuing(certificate))).toBe('settledBefore');
    expect(await settle(refusing(grantedRow()))).toBe('settledBefore');
    expect(await stateOf(row)).toEqual(plain(row.state));
    expect(await stores().certificates.find(certificate.serialHex)).toBeUndefined();
  });

  it('does not hand out a certificate that has been revoked', async () => {
    const row = await claimed(stores());
    const certificate = certificateOf(row);
    await stores().attempts.record(certificate);
    await stores().certificates.markRevoked(certificate.serialHex, now);
    expect(await settle(issuing(certificate))).toBe('certificateRevoked');
    expect((await stores().enrolments.readKnown(row)).row?.state.status).toBe('granted');
  });

  it('fails for another attempt’s serial number', async () => {
    const row = await claimed(stores());
    const other = certificateOf(grantedRow());
    await stores().attempts.record(other);
    const same = certificateOf(row, { serialHex: other.serialHex });
    await expect(settle(issuing(same))).rejects.toMatchObject({ code: 'SerialUnreadable' });
    expect((await stores().enrolments.readKnown(row)).row?.state.status).toBe('granted');
  });

  it('that withholds a certificate leaves it to Revoke and does not hand it out', async () => {
    const row = await claimed(stores());
    const certificate = certificateOf(row);
    await stores().attempts.record(certificate);
    expect(await settle(withholding(certificate))).toBe('settled');
    const { serialHex, enrolmentId, attempt } = certificate;
    expect(await stateOf(row)).toEqual({
      status: 'refused',
      code: 'CertificateMismatch',
      serialHex,
    });
    const { certificates } = await stores().withheld.pending(100);
    expect(certificates).toContainEqual({
      ...{ enrolmentId, attempt, serialHex },
      code: 'CertificateMismatch',
    });
  });

  it('withholds no certificate that was handed out, even if the row was rewritten', async () => {
    const row = await claimed(stores());
    const certificate = certificateOf(row);
    await settle(issuing(certificate));
    await stores().rewrite(row, row.state);
    expect(await settle(withholding(certificate))).toBe('certificateRevoked');
    const waiting = (await stores().withheld.pending(100)).certificates;
    expect(waiting.map(({ serialHex }) => serialHex)).not.toContain(certificate.serialHex);
  });

  it('hands the same certificate out again if the row was restored', async () => {
    const row = await claimed(stores());
    const certificate = certificateOf(row);
    await settle(issuing(certificate));
    await stores().rewrite(row, row.state);
    expect(await settle(issuing(certificate))).toBe('settled');
  });

  it('that refuses closes the progress record, so that a restored row issues nothing', async () => {
    const row = await claimed(stores());
    await settle(refusing(row, { basis: 'notAsked' }, { code: 'GrantExpired' }));
    const { progress } = await stores().attempts.read(row);
    expect(progress).toMatchObject({ attempt: 1, tries: 0, withheldFor: 'GrantExpired' });
    expect(await stores().attempts.mark(row, now)).toBeUndefined();
  });

  it('keeps the first reason of a withheld progress record', async () => {
    const row = await claimed(stores());
    await withProgress(row.enrolmentId, progresses['a record that is withheld']);
    await settle(refusing(row));
    const { progress } = await stores().attempts.read(row);
    expect(progress?.withheldFor).toBe('CertificateMismatch');
  });

  describe.each(Object.keys(holds) as RefusalBasis[])('that refuses on the basis %s', (basis) => {
    it.each(Object.keys(progresses))('with %s', async (name) => {
      const key = await created(stores(), 1);
      const row = await claimed(stores(), grantedRow(), { countedChallenge: key });
      await withProgress(row.enrolmentId, progresses[name]);
      const isHeld = holds[basis].includes(name);
      const expected: SettleResult = isHeld ? 'settled' : 'askedElsewhere';
      expect(await settle(refusing(row, { basis, giveBack: key }))).toBe(expected);
      const { status } = (await stores().enrolments.readKnown(row)).row?.state ?? {};
      expect(status).toBe(isHeld ? 'refused' : 'granted');
      expect((await stores().register.find(key))?.usesLeft).toBe(isHeld ? 1 : 0);
    });
  });
});
