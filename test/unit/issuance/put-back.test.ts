import { describe, expect, it } from 'vitest';
import { requireSerial } from '../../../lambda/core/serial-number.ts';
import { memoryIntune } from '../../support/fakes/memory-intune.ts';
import { isRevoked, settled } from './table-writer.ts';

describe('an open row that is restored byte for byte', () => {
  it('after its certificate was issued returns the same one and issues nothing', async () => {
    const enrolment = await settled();
    const issued = await enrolment.stateNow();
    enrolment.rows.putBack(enrolment.before);
    await enrolment.run();
    expect(enrolment.ca.made.size).toBe(1);
    expect(enrolment.ca.issueCalls).toHaveLength(1);
    expect(await enrolment.stateNow()).toMatchObject({
      status: 'issued',
      certificateArn: issued?.status === 'issued' && issued.certificateArn,
    });
    expect(await isRevoked(enrolment)).toBe(false);
  });

  it('after it was refused is refused again and returns no second use', async () => {
    const enrolment = await settled({}, 'CertificateRefused');
    expect(enrolment.usesLeft()).toBe(1);
    enrolment.rows.putBack(enrolment.before);
    await enrolment.run();
    expect(await enrolment.stateNow()).toEqual({ status: 'refused', code: 'CertificateRefused' });
    expect(enrolment.ca.issueCalls).toHaveLength(1);
    expect([enrolment.ca.made.size, enrolment.usesLeft()]).toEqual([0, 1]);
  });

  it('after its certificate was withheld hands nothing out before or after the revocation', async () => {
    const alter = (order: { validityDays: number }) => ({ ...order, validityDays: 400 }) as never;
    const enrolment = await settled({ alter });
    for (const revocations of [0, 1]) {
      enrolment.rows.putBack(enrolment.before);
      await enrolment.run();
      expect(await enrolment.stateNow()).toMatchObject({
        status: 'refused',
        code: 'CertificateMismatch',
      });
      expect(enrolment.revokedByCa).toHaveLength(revocations);
      await enrolment.revoke();
    }
    expect(enrolment.ca.made.size).toBe(1);
  });

  it('after its certificate was revoked is refused', async () => {
    const enrolment = await settled();
    const [serial] = [...enrolment.tables.serials.values()];
    const key = requireSerial(serial?.certificate.serialHex ?? '');
    await enrolment.certificates.markRevoked(key, enrolment.nowSeconds());
    enrolment.rows.putBack(enrolment.before);
    await enrolment.run();
    expect(await enrolment.stateNow()).toMatchObject({
      status: 'refused',
      code: 'CertificateRevoked',
    });
    expect(enrolment.ca.made.size).toBe(1);
  });

  it('revokes nothing even if Intune would now refuse its certificate', async () => {
    const intune = memoryIntune();
    const enrolment = await settled({ intune });
    intune.plan({ refused: 'ChallengeExpired' });
    enrolment.rows.putBack(enrolment.before);
    await enrolment.run();
    expect((await enrolment.stateNow())?.status).toBe('refused');
    expect(await isRevoked(enrolment)).toBe(false);
    expect(enrolment.ca.made.size).toBe(1);
  });

  it.each(['under its own key', 'under the key of the newest'])(
    '%s, beside a later attempt, issues nothing',
    async (place) => {
      const enrolment = await settled({}, 'CertificateRefused');
      const { send, sent, started, before, rows, attempt } = enrolment;
      await send(sent.message);
      const second = started.at(-1);
      expect(second).toEqual({ ...attempt, attempt: 2 });
      await enrolment.run(enrolment.context);
      await enrolment.conduct({ ...attempt, attempt: 2 });
      const { length } = enrolment.ca.issueCalls;
      rows.putBack(
        before,
        place === 'under its own key' ? `test#${attempt.enrolmentId}-1` : undefined,
      );
      // After the CA's token has expired, an attempt is searched for.
      enrolment.time.seconds += 600;
      await enrolment.run();
      expect(enrolment.ca.issueCalls).toHaveLength(length);
      expect(enrolment.logged('lost')).toEqual([]);
      expect(await isRevoked(enrolment)).toBe(false);
    },
  );
});
