/** Intune in the flow: from a device's request to its reply, to the log line, to the ledger, and to what Intune was told. */
import { describe, expect, it } from 'vitest';
import { knownIntuneCodes } from '../../lambda/intune/codes.ts';
import { IntuneUnavailable } from '../../lambda/intune/unavailable.ts';
import type { Intune } from '../../lambda/ports.ts';
import { memoryIntune } from '../fakes/memory-intune.ts';
import { post } from '../http/events.ts';
import { type ServiceOptions, service } from '../http/service.ts';
import { cn, name } from '../kit/names.ts';
import { certPoll, type PkcsReqOptions, pkcsReq } from '../kit/pkcs-req.ts';

/** As long as Intune's are. */
const challenge = Buffer.alloc(4000, 'canary challenge ').toString('base64');

/** An Intune connector, and one device's request to it. */
function tenant(options: ServiceOptions = {}, message: Partial<PkcsReqOptions> = {}) {
  const intune = memoryIntune();
  const connector = service({ intune, ...options });
  const request = pkcsReq({ ra: connector.ra, challenge, ...message });
  const entries = async () => {
    const inputs = connector.started;
    return Promise.all(
      inputs.map(({ enrolmentId }) => connector.connector.ledger.find(enrolmentId)),
    );
  };
  const calls = () => intune.calls.map(({ call }) => call);
  return { ...connector, intune, request, entries, calls };
}

/** Nothing is issued until the test says so. */
const waiting = { held: true, waitSeconds: 0 } as const;

/** The event that tells of a refusal. */
const failed = (reason: string) => ({
  detailType: 'Certificate Issuance Failed',
  detail: { result: 'failure', reason, failInfo: 'badRequest' },
});

const code = (word: string) => [word, `Intune:${word}`] as const;

describe('a device of Intune', () => {
  it('has its certificate once Intune has allowed it and knows of it', async () => {
    const { tell, request, calls, intune, ca, lastLine } = tenant();
    expect(await tell(request.message)).toBe('SUCCESS');
    expect(calls()).toEqual(['validate', 'notifySuccess']);
    expect(intune.certificates).toHaveLength(1);
    expect(ca.orders).toHaveLength(1);
    expect(lastLine()).toMatchObject({ outcome: 'issued', transactionId: request.transactionId });
  });

  it('is named to Intune by the transactionID it chose, in every call', async () => {
    const { tell, request, intune } = tenant({}, { transactionId: '251E592A' });
    await tell(request.message);
    expect(intune.calls.map(({ transactionId }) => transactionId)).toEqual([
      '251E592A',
      '251E592A',
    ]);
  });

  it('has the same certificate again, without another word to Intune', async () => {
    const { tell, request, calls, ca } = tenant();
    await tell(request.message);
    expect(await tell(request.message)).toBe('SUCCESS');
    expect(calls()).toHaveLength(2);
    expect(ca.orders).toHaveLength(1);
  });

  it('leaves nothing of its challenge in log or ledger', async () => {
    const { tell, request, lines, entries } = tenant();
    await tell(request.message);
    for (const entry of await entries())
      expect(Buffer.from(entry?.sealedGrant ?? []).includes(challenge.slice(0, 40))).toBe(false);
    expect(lines.join()).not.toContain(challenge.slice(0, 40));
  });

  it('is refused for what the profile forbids before Intune is asked', async () => {
    const { tell, request, calls } = tenant({ profile: { subject: { CN: ['*.example.com'] } } });
    expect(await tell(request.message)).toBe('FAILURE badRequest SubjectRefused');
    expect(calls()).toEqual([]);
  });

  it('is refused without a challenge, of which Intune need not hear', async () => {
    const { tell, ra, calls } = tenant();
    const without = pkcsReq({ ra, csr: { challenges: [] } });
    expect(await tell(without.message)).toBe('FAILURE badRequest ChallengeMissing');
    expect(calls()).toEqual([]);
  });
});

describe('what Intune refuses', () => {
  const words = [...knownIntuneCodes, 'NeverSeenBefore'];

  it.each(words.map(code))(
    'with %s is a signed failure, and nothing is issued',
    async (word, refusal) => {
      const { tell, request, intune, ca, calls, lastLine, started, audited } = tenant();
      intune.plan({ refused: word });
      expect(await tell(request.message)).toBe(`FAILURE badRequest ${refusal}`);
      expect(lastLine()).toMatchObject({ outcome: 'refused', code: refusal });
      expect(audited.events).toMatchObject([failed(refusal)]);
      expect(started).toEqual([]);
      expect(ca.orders).toEqual([]);
      // Nor is Intune told of its own refusal.
      expect(calls()).toEqual(['validate']);
    },
  );

  it.each(words.map(code))(
    'with %s after it was issued is revoked, and not handed out',
    async (word, refusal) => {
      const { tell, request, intune, ca, ra, entries, lastLine, ...held } = tenant(waiting);
      await tell(request.message);
      intune.plan({ refused: word });
      for (const input of held.started) await held.conduct(input);
      expect(await tell(certPoll({ ra, request }).message)).toBe(`FAILURE badRequest ${refusal}`);
      expect(lastLine()).toMatchObject({ outcome: 'refused', code: refusal });
      expect(ca.revoked).toHaveLength(1);
      expect(held.audited.events).toMatchObject([failed(refusal)]);
      expect((await entries())[0]?.state).toEqual({ status: 'refused', code: refusal });
    },
  );

  it('may be asked again: a refusal does not stand', async () => {
    const { tell, request, intune, ca } = tenant();
    intune.plan({ refused: 'ChallengeInvalidTimestamp' });
    await tell(request.message);
    expect(await tell(request.message)).toBe('SUCCESS');
    expect(ca.orders).toHaveLength(1);
  });
});

describe('an Intune that is out', () => {
  it('is 503 where it should validate: nothing issued, nothing refused', async () => {
    const { ask, request, intune, ca, started, lastLine } = tenant();
    intune.plan('outage');
    expect((await ask(post(request.message))).status).toBe(503);
    expect(lastLine()).toMatchObject({ outcome: 'outage' });
    expect(started).toEqual([]);
    expect(ca.orders).toEqual([]);
  });

  it('tells the log what is wrong in words of ours, and nothing of any other error', async () => {
    const failing = (error: Error): Pick<Intune, 'validate'> => ({
      validate: async () => Promise.reject(error),
    });
    const reason = 'invalid_client AADSTS7000215';
    const unavailable = new IntuneUnavailable({ step: 'token', reason, status: 401 });
    const told = tenant({ parts: { intune: failing(unavailable) } });
    await told.ask(post(told.request.message));
    expect(told.lastLine()).toMatchObject({
      outcome: 'outage',
      code: 'IntuneUnavailable',
      reason: 'token: invalid_client AADSTS7000215 (HTTP 401)',
    });
    const other = tenant({ parts: { intune: failing(new Error('canary')) } });
    await other.ask(post(other.request.message));
    expect(other.lines.join()).not.toContain('canary');
  });

  it('holds up the certificate where it should be told: the device polls', async () => {
    const { tell, request, intune, ca, ra, conduct, started, entries } = tenant(waiting);
    expect(await tell(request.message)).toBe('PENDING');
    const [input] = started;
    intune.plan('outage');
    await expect(conduct(input as never)).rejects.toThrow();
    expect(await tell(certPoll({ ra, request }).message)).toBe('PENDING');
    expect((await entries())[0]?.state.status).toBe('granted');
    expect(ca.revoked).toEqual([]);
    await conduct(input as never);
    expect(await tell(certPoll({ ra, request }).message)).toBe('SUCCESS');
    expect(ca.orders).toHaveLength(1);
  });

  it('for a day ends in a certificate that is revoked, and a refusal', async () => {
    const { tell, request, intune, ca, ra, conduct, started, time } = tenant(waiting);
    await tell(request.message);
    const [input] = started;
    intune.plan('outage', 'outage');
    await expect(conduct(input as never)).rejects.toThrow();
    time.seconds += 24 * 3600 + 1;
    await conduct(input as never);
    expect(await tell(certPoll({ ra, request }).message)).toBe(
      'FAILURE badRequest IntuneUnreachable',
    );
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

  it('an Intune connector takes no challenge of the connector’s own, whatever Intune says', async () => {
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

  it('one whose Intune could not be made is an outage', async () => {
    const { ra, challenge: made, ask, ca } = tenant({ parts: { intune: undefined } });
    const own = pkcsReq({ ra, challenge: await made() });
    expect((await ask(post(own.message))).status).toBe(503);
    expect(ca.orders).toEqual([]);
  });

  it('a connector of our own challenges asks no Intune, even if it had one', async () => {
    const { ra, challenge: made, tell } = service({ parts: { intune: refusesAll } });
    expect(await tell(pkcsReq({ ra, challenge: await made() }).message)).toBe('SUCCESS');
    expect(await tell(pkcsReq({ ra, challenge }).message)).toBe(
      'FAILURE badRequest ChallengeMissing',
    );
  });
});
