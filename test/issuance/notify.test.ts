import { describe, expect, it } from 'vitest';
import { notify } from '../../lambda/issuance/notify.ts';
import { settle } from '../../lambda/issuance/settle.ts';
import { memoryIntune } from '../fakes/memory-intune.ts';
import { testConnector } from '../fakes/test-connector.ts';
import { pkcsReq } from '../kit/pkcs-req.ts';
import { certified, failed, granted } from './allowed-by-intune.ts';

/** A port that does what it is told, and then the answer is lost. */
const losing =
  <Inputs extends unknown[], Result>(call: (...inputs: Inputs) => Promise<Result>) =>
  async (...inputs: Inputs): Promise<Result> => {
    await call(...inputs);
    throw Object.assign(new Error(), { name: 'TimeoutError' });
  };

describe('notify', () => {
  it('passes on what Intune was told of, and says so', async () => {
    const { linted, context, intune } = await certified();
    expect(await notify(linted, context)).toEqual({ ...linted, isNotified: true });
    expect(intune.certificates).toHaveLength(1);
  });

  it('tells Intune the certificate itself, in DER', async () => {
    const { linted, context, intune } = await certified();
    await notify(linted, context);
    const [der = new Uint8Array()] = intune.certificates;
    expect(linted.certificatePem).toContain(Buffer.from(der).toString('base64').slice(0, 60));
  });

  it('turns a refusal into an error without the certificate, which is revoked', async () => {
    const { linted, context, intune, ca, input } = await certified();
    intune.plan({ refused: 'RegisteredKeyMismatch' });
    expect(await notify(linted, context)).toEqual(failed(input, 'Intune:RegisteredKeyMismatch'));
    expect(ca.revoked).toHaveLength(1);
  });

  it('stays with its refusal where the answer to the revocation was lost and Intune is of another mind', async () => {
    const { linted, context, intune, ca, input } = await certified();
    intune.plan({ refused: 'ChallengeExpired' });
    const broken = { ...context, ca: { revoke: losing(ca.revoke) } };
    await expect(notify(linted, broken)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await notify(linted, context)).toEqual(failed(input, 'Intune:ChallengeExpired'));
    expect(intune.calls.filter(({ call }) => call === 'notifySuccess')).toHaveLength(1);
  });

  it('revokes nothing before the decision is kept', async () => {
    const { linted, context, intune, ca } = await certified();
    intune.plan({ refused: 'ChallengeExpired' });
    const withhold = async () => Promise.reject(new Error('down'));
    const broken = { ...context, ledger: { ...context.ledger, withhold } };
    await expect(notify(linted, broken)).rejects.toThrow('down');
    expect(ca.revoked).toEqual([]);
  });

  it('throws an outage on, within a day of the order', async () => {
    const { linted, context, intune, ca, time } = await certified();
    time.seconds += 24 * 3600 - 1;
    intune.plan('outage');
    await expect(notify(linted, context)).rejects.toThrow('IntuneUnavailable');
    expect(ca.revoked).toEqual([]);
  });

  it('withholds for good what Intune could not be told of for a day', async () => {
    const { linted, context, intune, ca, time, input } = await certified();
    time.seconds += 24 * 3600;
    intune.plan('outage');
    const unreachable = failed(input, 'IntuneUnreachable');
    expect(await notify(linted, context)).toEqual(unreachable);
    expect(await notify(linted, context)).toEqual(unreachable);
    expect(ca.revoked).not.toEqual([]);
    expect(intune.certificates).toEqual([]);
  });

  it('tells Intune after a day as well, if Intune is there', async () => {
    const { linted, context, time, ca } = await certified();
    time.seconds += 48 * 3600;
    expect(await notify(linted, context)).toMatchObject({ isNotified: true });
    expect(ca.revoked).toEqual([]);
  });

  it.each([
    ['CertificateRefused', 0xa0040001],
    ['CertificateMismatch', 0xa0040002],
    ['CertificateLost', 0xa0040003],
  ])('tells Intune of %s, by its number', async (code, hResult) => {
    const { input, context, intune } = await granted();
    expect(await notify(failed(input, code), context)).toEqual(failed(input, code));
    expect(intune.failures.map((failure) => failure.hResult >>> 0)).toEqual([hResult]);
    expect(intune.certificates).toEqual([]);
  });

  it('leaves a failure what it is, whatever Intune says to it', async () => {
    const { input, context, intune } = await granted();
    intune.plan({ refused: 'ChallengeExpired' });
    const failure = failed(input, 'CertificateRefused');
    expect(await notify(failure, context)).toEqual(failure);
  });

  it('waits for an Intune that is out with a failure, too', async () => {
    const { input, context, intune } = await granted();
    intune.plan('outage');
    await expect(notify(failed(input, 'CertificateRefused'), context)).rejects.toThrow();
  });

  it('has nothing to say of an enrolment that is settled', async () => {
    const { linted, context, intune } = await certified();
    await settle(await notify(linted, context), context);
    await notify(linted, context);
    expect(intune.calls.map(({ call }) => call)).toEqual(['validate', 'notifySuccess']);
  });

  it('tells Intune nothing of what a challenge of ours allowed', async () => {
    const made = testConnector({ held: true, waitSeconds: 0 });
    await made.send(pkcsReq({ ra: made.ra, challenge: await made.challenge() }).message);
    const [input] = made.started;
    if (input === undefined) throw new Error('nothing was started');
    const intune = memoryIntune();
    const { connectorId, keys, ledger, clock } = made.connector;
    const context = {
      connectorId,
      keys,
      ledger,
      intune,
      certificates: made.certificates,
      ca: made.ca,
      nowSeconds: clock.nowSeconds,
    };
    const settlement = { ...input, certificateArn: 'arn', certificatePem: 'pem' };
    expect(await notify(settlement, context)).toBe(settlement);
    expect(intune.calls).toEqual([]);
  });

  it.each([
    ['an enrolment nobody granted', { enrolmentId: 'f'.repeat(64) }],
    ['a generation nobody granted', { generation: 2 }],
  ])('refuses %s', async (_, change) => {
    const { linted, context, intune } = await certified();
    await expect(notify({ ...linted, ...change }, context)).rejects.toThrow('NotGranted');
    expect(intune.certificates).toEqual([]);
  });
});
