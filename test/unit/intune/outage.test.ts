/**
 * During an outage of Intune, nothing is granted, refused or handed out, and no other authority
 * replaces it.
 */
import { describe, expect, it } from 'vitest';
import { IntuneUnavailable } from '../../../lambda/intune/unavailable.ts';
import type { Intune } from '../../../lambda/ports/intune.ts';
import { cn, name } from '../../support/kit/names.ts';
import { certPoll, pkcsReq } from '../../support/kit/pkcs-req.ts';
import { post } from '../http/events.ts';
import { service } from '../http/service.ts';
import { challenge, tenant, waiting } from './flow.ts';

describe('an outage of Intune', () => {
  it('is 503 at the validation, and nothing is issued or refused', async () => {
    const { ask, request, intune, ca, started, lastLine } = tenant();
    intune.plan('outage');
    expect((await ask(post(request.message))).status).toBe(503);
    expect(lastLine()).toMatchObject({ outcome: 'outage' });
    expect(started).toEqual([]);
    expect(ca.orders).toEqual([]);
  });

  it('is logged with our own reason, and without the text of any other error', async () => {
    const failing = (error: Error): Pick<Intune, 'validate'> => ({
      validate: async () => Promise.reject(error),
    });
    const reason = 'invalid_client AADSTS7000215';
    const unavailable = new IntuneUnavailable({ step: 'token', reason, status: 401 });
    const logged = tenant({ parts: { intune: failing(unavailable) } });
    await logged.ask(post(logged.request.message));
    expect(logged.lastLine()).toMatchObject({
      outcome: 'outage',
      code: 'IntuneUnavailable',
      about: 'token: invalid_client AADSTS7000215 (HTTP 401)',
    });
    const other = tenant({ parts: { intune: failing(new Error('canary')) } });
    await other.ask(post(other.request.message));
    expect(other.lines.join()).not.toContain('canary');
  });

  it('delays the certificate at the notification, while the device polls', async () => {
    const { tell, request, intune, ca, ra, conduct, started, rows } = tenant(waiting);
    expect(await tell(request.message)).toBe('PENDING');
    const [input] = started;
    const { notifySuccess } = intune;
    intune.notifySuccess = async () => Promise.reject(new Error('IntuneUnavailable'));
    await conduct(input as never);
    intune.notifySuccess = notifySuccess;
    expect(await tell(certPoll({ ra, request }).message)).toBe('PENDING');
    expect(rows()[0]?.state.status).toBe('granted');
    expect(ca.revoked).toEqual([]);
    await conduct(input as never);
    expect(await tell(certPoll({ ra, request }).message)).toBe('SUCCESS');
    expect(ca.orders).toHaveLength(1);
  });

  it('of a day ends in a revoked certificate and a refusal', async () => {
    const { tell, request, intune, ca, ra, conduct, started, time, revoke } = tenant(waiting);
    await tell(request.message);
    const [input] = started;
    intune.notifySuccess = async () => Promise.reject(new Error('IntuneUnavailable'));
    await conduct(input as never);
    time.seconds += 24 * 3600 + 1;
    await conduct(input as never);
    expect(await tell(certPoll({ ra, request }).message)).toBe(
      'FAILURE badRequest IntuneUnreachable',
    );
    await revoke();
    expect(ca.revoked).toHaveLength(1);
    expect(intune.certificates).toEqual([]);
  });
});

describe('a connector has one authority', () => {
  const refusesAll: Intune = {
    validate: async () => ({ refused: 'ChallengeDecryptionError' }),
    notifySuccess: async () => 'granted',
    notifyFailure: async () => 'granted',
  };

  it('an Intune connector accepts no challenge of its own, whatever Intune answers', async () => {
    const { tell, ra, challenge: made, ca, intune } = tenant();
    for (const verdict of [{ refused: 'ChallengeDecodingError' }, 'outage'] as const) {
      intune.plan(verdict);
      const own = pkcsReq({
        ra,
        challenge: await made(),
        csr: { subject: name(cn(`${verdict}`)) },
      });
      expect(await tell(own.message)).not.toBe('SUCCESS');
    }
    expect(ca.orders).toEqual([]);
  });

  it('an Intune connector without its client is an outage', async () => {
    const { ra, challenge: made, ask, ca } = tenant({ parts: { intune: undefined } });
    const own = pkcsReq({ ra, challenge: await made() });
    expect((await ask(post(own.message))).status).toBe(503);
    expect(ca.orders).toEqual([]);
  });

  it('a connector with our own challenges does not call Intune, even if it has one', async () => {
    const { ra, challenge: made, tell } = service({ parts: { intune: refusesAll } });
    expect(await tell(pkcsReq({ ra, challenge: await made() }).message)).toBe('SUCCESS');
    expect(await tell(pkcsReq({ ra, challenge }).message)).toBe(
      'FAILURE badRequest ChallengeMissing',
    );
  });
});
