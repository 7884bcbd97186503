import { describe, expect, it } from 'vitest';
import { Fault } from '../../../lambda/core/errors.ts';
import { deriveChallengeKey, readChallengeId } from '../../../lambda/policy/challenge.ts';
import { testConnector } from '../../support/fakes/test-connector.ts';
import { csrAttribute } from '../../support/kit/csr.ts';
import { octetString } from '../../support/kit/der.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { cn, name } from '../../support/kit/names.ts';
import { oids } from '../../support/kit/oids.ts';
import { pkcsReq } from '../../support/kit/pkcs-req.ts';

/** A challengePassword that is not text. */
const oddChallenge = csrAttribute(oids.challengePassword, octetString(Uint8Array.of(1)));

type Options = Parameters<typeof testConnector>[0];

/** Creates a connector, and sends it a request with a challenge. */
async function enrolOnce(options: Options = {}, challenge?: string) {
  const connector = testConnector(options);
  const password = challenge ?? (await connector.challenge());
  const csr = { subject: name(cn('a "device", <b>')) };
  const request = pkcsReq({ ra: connector.ra, challenge: password, csr });
  const { outcome } = await connector.send(request.message);
  return { ...connector, request, password, outcome };
}

const refused = { outcome: 'refused', subject: 'CN=a \\"device\\"\\, \\<b\\>' };

describe('a certificate that was issued', () => {
  it('is in the history and in an event, with its serial number, its challenge and its names', async () => {
    const { audited, password, connector, outcome } = await enrolOnce();
    expect(outcome.status).toBe('issued');
    const challengeId = readChallengeId(deriveChallengeKey('test', password, connector.keys));
    expect(audited.history.entries()).toMatchObject([
      { outcome: 'issued', challengeId, serialHex: expect.stringMatching(/^([0-9a-f]{2})+$/) },
    ]);
    expect(audited.events).toMatchObject([
      {
        detailType: 'Certificate Issuance Succeeded',
        resources: [expect.stringContaining('acm-pca'), expect.stringContaining('connector/')],
        detail: {
          result: 'success',
          certificateArn: expect.any(String),
          serialNumber: expect.any(String),
          challengeArn: expect.stringMatching(`/challenge/${challengeId}$`),
        },
      },
    ]);
  });

  it('is in the history once, however often it is settled', async () => {
    const connector = await enrolOnce({ held: true, waitSeconds: 0 });
    const [input] = connector.started;
    if (input === undefined) throw new Error('nothing was started');
    await connector.conduct(input);
    await connector.conduct(input);
    expect(connector.audited.history.entries()).toHaveLength(1);
  });

  it('reaches its device although the event is lost, and the log records the loss', async () => {
    const publish = () => Promise.reject(Object.assign(new Error('CANARY'), { name: 'BusDown' }));
    const { outcome, audited } = await enrolOnce({ publish });
    expect(outcome.status).toBe('issued');
    expect(audited.history.entries()).toHaveLength(1);
    expect(lostIn(audited)).toEqual([{ audit: 'lost', what: 'event', code: 'BusDown' }]);
  });
});

describe('a request that the CA refused', () => {
  it('is in the history once, although the answer to its settlement was lost', async () => {
    const { ca, certifyContext, audited, started, conduct, send, request } = await enrolOnce({
      held: true,
    });
    const [input] = started;
    if (input === undefined) throw new Error('nothing was started');
    ca.issue = async () => {
      throw new Fault('CertificateRefused');
    };
    const { settle } = certifyContext.attempts;
    certifyContext.attempts.settle = async (settlement) => {
      await settle(settlement);
      throw new Error('lost');
    };
    await expect(conduct(input)).rejects.toThrow('lost');
    certifyContext.attempts.settle = settle;
    await conduct(input);
    expect(audited.history.entries()).toMatchObject([
      { ...refused, id: `${input.enrolmentId}-1`, code: 'CertificateRefused' },
    ]);
    // A repeated request starts another attempt, and the earlier refusal is still one entry.
    await send(request.message);
    expect(audited.history.entries()).toHaveLength(1);
  });

  it('is an event with the reason', async () => {
    const { ca, audited, started, conduct } = await enrolOnce({ held: true });
    ca.issue = async () => {
      throw new Fault('CertificateRefused');
    };
    for (const input of started) await conduct(input);
    expect(audited.events).toMatchObject([
      {
        detailType: 'Certificate Issuance Failed',
        detail: { result: 'failure', reason: 'CertificateRefused', failInfo: 'badRequest' },
      },
    ]);
  });
});

describe('a request that policy refused', () => {
  it('is in the history and in an event, with the code and the failInfo', async () => {
    const { audited, request } = await enrolOnce({}, 'WRONG');
    const expected = { ...refused, code: 'ChallengeUnknown', transactionId: request.transactionId };
    expect(audited.history.entries()).toMatchObject([expected]);
    expect(audited.history.entries()[0]).not.toHaveProperty('challengeId');
    expect(audited.events).toMatchObject([
      {
        detailType: 'Certificate Issuance Failed',
        detail: { result: 'failure', reason: 'ChallengeUnknown', failInfo: 'badRequest' },
      },
    ]);
  });

  it('names the challenge of its refusal', async () => {
    const connector = await enrolOnce();
    const again = pkcsReq({
      ra: connector.ra,
      challenge: connector.password,
      key: rsaKey(2048, 'another'),
    });
    await connector.send(again.message);
    const challengeId = readChallengeId(
      deriveChallengeKey('test', connector.password, connector.connector.keys),
    );
    expect(connector.audited.history.entries().at(-1)).toMatchObject({
      code: 'ChallengeUsed',
      challengeId,
    });
  });

  it('is recorded with its names, although another part of it cannot be read', async () => {
    const { send, ra, audited } = testConnector();
    const csr = { subject: name(cn('printer')), challenges: ['ONE'], attributes: [oddChallenge] };
    const { outcome } = await send(pkcsReq({ ra, csr }).message);
    expect(outcome).toMatchObject({ status: 'refused', code: 'AttributeRefused' });
    const refused = { code: 'AttributeRefused', subject: 'CN=printer' };
    expect(audited.history.entries()).toMatchObject([refused]);
    expect(audited.events).toMatchObject([{ detail: { ...{ subject: 'CN=printer' } } }]);
  });

  it('is recorded once, however often the same message is sent within a minute', async () => {
    const { send, ra, audited, time } = testConnector();
    const { message } = pkcsReq({ ra, challenge: 'WRONG' });
    for (let at = 0; at < 4; at += 1) {
      await send(message);
      time.seconds += 10;
    }
    expect(audited.history.entries()).toHaveLength(1);
    time.seconds += 30;
    await send(message);
    expect(audited.history.entries()).toHaveLength(2);
  });

  it('has no event once its client has the entries of a day', async () => {
    const { send, ra, audited, time } = testConnector();
    for (let at = 0; at < 105; at += 1) {
      await send(pkcsReq({ ra, challenge: `WRONG-${at}` }).message);
      time.seconds += 1;
    }
    expect(audited.history.entries()).toHaveLength(100);
    expect(audited.events).toHaveLength(100);
  });

  it('is answered within two seconds, although nothing can be recorded', async () => {
    const began = performance.now();
    const { outcome, audited } = await enrolOnce({ publish: () => new Promise(() => {}) }, 'WRONG');
    expect(outcome).toEqual({ status: 'refused', code: 'ChallengeUnknown' });
    expect(performance.now() - began).toBeLessThan(2500);
    expect(lostIn(audited)).toEqual([{ audit: 'lost', what: 'event', code: 'TooLate' }]);
  });

  it('is recorded at most five times a second, so that a flood costs no more', async () => {
    const { send, ra, audited } = testConnector();
    for (let at = 0; at < 8; at += 1) await send(pkcsReq({ ra, challenge: `WRONG-${at}` }).message);
    expect(audited.history.entries()).toHaveLength(5);
    expect(audited.events).toHaveLength(5);
  });
});

describe('a record', () => {
  it('contains no challenge password, right or wrong', async () => {
    const good = await enrolOnce();
    const bad = await enrolOnce({}, 'CANARYCHALLENGE');
    const recorded = [good, bad].map(({ audited }) => [
      audited.history.entries(),
      audited.events,
      audited.lines,
    ]);
    for (const canary of [good.password, 'CANARYCHALLENGE'])
      expect(JSON.stringify(recorded)).not.toContain(canary);
  });
});

describe('revoking a challenge in the middle of an enrolment', () => {
  it('lets the request that claimed it finish, and refuses every later one', async () => {
    const connector = await enrolOnce({ held: true, waitSeconds: 0 });
    const { store, password, started, conduct, send, request, ra, time } = connector;
    await store.revoke(
      deriveChallengeKey('test', password, connector.connector.keys),
      time.seconds,
    );
    const [input] = started;
    if (input === undefined) throw new Error('nothing was started');
    await conduct(input);
    expect((await send(request.message)).outcome.status).toBe('issued');
    const other = pkcsReq({ ra, challenge: password, key: rsaKey(2048, 'another') });
    expect((await send(other.message)).outcome).toEqual({
      status: 'refused',
      code: 'ChallengeRevoked',
    });
  });
});

/** The log lines of lost records. */
const lostIn = ({ lines }: Awaited<ReturnType<typeof enrolOnce>>['audited']) =>
  lines.filter((line) => 'audit' in line);
