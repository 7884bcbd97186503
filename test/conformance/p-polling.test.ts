import { describe, expect, it } from 'vitest';
import { sequence } from '../support/kit/der.ts';
import { rsaKey } from '../support/kit/keys.ts';
import { cn, name } from '../support/kit/names.ts';
import { type BuiltPkcsReq, certPoll, pkcsReq, selfSigned } from '../support/kit/pkcs-req.ts';
import { readReply } from '../support/kit/reply.ts';
import { post } from '../unit/http/events.ts';
import { exchange } from '../unit/http/exchange.ts';
import { service } from '../unit/http/service.ts';

const unknown = 'FAILURE badCertId NoSuchTransaction';
const thief = rsaKey(2048, 'thief');

/** A request whose certificate is pending, and `finish`, which issues it. */
async function pending() {
  const held = await exchange({}, { held: true });
  const finish = async () => {
    for (const input of held.started.slice(0, 1)) await held.conduct(input);
  };
  const poll = (request: BuiltPkcsReq = held.request) =>
    held.tell(certPoll({ ra: held.ra, request }).message);
  return { ...held, finish, poll };
}

describe('P: polling, retries, duplicates', () => {
  it('P-1 finds a request by the transactionID of its poll', async () => {
    const { poll, finish } = await pending();
    await finish();
    expect(await poll()).toBe('SUCCESS');
  });

  it('P-2 refuses a poll for an unknown request', async () => {
    const { ra, tell } = service();
    expect(await tell(certPoll({ ra, request: pkcsReq({ ra }) }).message)).toBe(unknown);
  });

  it('P-2 refuses a poll for a request that was refused', async () => {
    const { ra, tell, request } = await exchange({ challenge: 'WRONG' });
    expect(await tell(certPoll({ ra, request }).message)).toBe(unknown);
  });

  it.each([
    ['other names', { names: sequence(name(cn('x')), name(cn('y'))) }],
    ['the issuer’s issuer (certmonger)', { names: sequence(name(), name(cn('device'))) }],
    ['octets other than an IssuerAndSubject', { names: Uint8Array.of(1, 2, 3) }],
    ['no envelope', { signedData: { content: undefined } }],
  ])('P-4 answers a poll with %s', async (_, options) => {
    const { ra, request, tell } = await pending();
    expect(await tell(certPoll({ ra, request, ...options }).message)).toBe('PENDING');
  });

  it('P-3 answers a poll with the issuer and the subject', async () => {
    const { poll } = await pending();
    expect(await poll()).toBe('PENDING');
  });

  it('P-5 answers a poll by another key like a poll for an unknown request', async () => {
    const { ra, request, ask, tell, ca } = await pending();
    const asThief = { ...request, key: thief, signerCertificate: selfSigned(thief) };
    const others = certPoll({ ra, request: asThief });
    const nothing = certPoll({ ra, request: { ...asThief, transactionId: 'A'.repeat(40) } });
    expect([await tell(others.message), await tell(nothing.message)]).toEqual([unknown, unknown]);
    const sizes = [others, nothing].map(
      async ({ message }) => (await ask(post(message))).bytes.length,
    );
    expect(new Set(await Promise.all(sizes)).size).toBe(1);
    expect(ca.orders).toHaveLength(0);
  });

  it('P-6 answers PENDING until the certificate is issued, then SUCCESS', async () => {
    const { verdict, poll, finish } = await pending();
    const before = [verdict, await poll(), await poll()];
    await finish();
    expect([...before, await poll()]).toEqual(['PENDING', 'PENDING', 'PENDING', 'SUCCESS']);
  });

  it('P-6 answers the poll with FAILURE if the certificate differs from the Grant', async () => {
    const alter = <Order extends object>(order: Order) => ({ ...order, validityDays: 3650 });
    const { ra, request, tell, started, conduct } = await exchange({}, { held: true, alter });
    for (const input of started.slice(0, 1)) await conduct(input);
    expect(await tell(certPoll({ ra, request }).message)).toBe(
      'FAILURE badRequest CertificateMismatch',
    );
  });

  it('P-7 returns the same certificate to a poll after a lost SUCCESS', async () => {
    const { ra, request, ask, finish, ca } = await pending();
    await finish();
    const serials: (string | undefined)[] = [];
    for (let look = 0; look < 2; look += 1) {
      const poll = certPoll({ ra, request });
      const reply = readReply((await ask(post(poll.message))).bytes, poll, ra);
      serials.push(reply.status === 'SUCCESS' ? reply.certificate.serialNumber : undefined);
    }
    expect(serials[0]).toBeDefined();
    expect([serials[1], ca.orders.length]).toEqual([serials[0], 1]);
  });

  it('P-8 refuses a used challenge in another request', async () => {
    const { ra, challenge, tell, ca } = await exchange();
    const { message } = pkcsReq({ ra, challenge, key: thief });
    expect(await tell(message)).toBe('FAILURE badRequest ChallengeUsed');
    expect(ca.orders).toHaveLength(1);
  });

  it('P-9 distinguishes several requests of one key', async () => {
    const { ra, tell, challenge, started, conduct } = service({ held: true });
    const password = await challenge({ maxUses: 2 });
    const [one, two] = ['one', 'two'].map((label) =>
      pkcsReq({ ra, challenge: password, csr: { subject: name(cn(label)) } }),
    );
    if (one === undefined || two === undefined) throw new Error('unreachable');
    await tell(one.message);
    await tell(two.message);
    for (const input of started.slice(1, 2)) await conduct(input);
    const polls = [one, two].map((request) => certPoll({ ra, request }).message);
    const verdicts: string[] = [];
    for (const poll of polls) verdicts.push(await tell(poll));
    expect(verdicts).toEqual(['PENDING', 'SUCCESS']);
  });

  it('P-10 answers a repeated request, and orders one certificate', async () => {
    const { request, verdict, tell, ca, finish } = await pending();
    const again = await tell(request.message);
    await finish();
    expect([verdict, again, await tell(request.message)]).toEqual([
      'PENDING',
      'PENDING',
      'SUCCESS',
    ]);
    expect(ca.orders).toHaveLength(1);
  });

  /**
   * Two requests of one key with one transactionID; `second` polls for whatever the poll answers.
   */
  async function twoInOneTransaction(maxUses: number) {
    const held = service({ held: true });
    const { ra, challenge } = held;
    const password = await challenge({ maxUses });
    const [first, second] = ['first', 'second'].map((label) =>
      pkcsReq({ ra, challenge: password, transactionId: 'one', csr: { subject: name(cn(label)) } }),
    );
    if (first === undefined || second === undefined) throw new Error('unreachable');
    return { ...held, first, second };
  }

  it('P-10 accepts another request in the same transaction, and a poll gets the outcome of the later one', async () => {
    const { ra, tell, ask, first, second, started, conduct, ca } = await twoInOneTransaction(2);
    expect([await tell(first.message), await tell(second.message)]).toEqual(['PENDING', 'PENDING']);
    for (const input of started.slice(1, 2)) await conduct(input);
    const poll = certPoll({ ra, request: second });
    const reply = readReply((await ask(post(poll.message))).bytes, poll, ra);
    expect(reply.status === 'SUCCESS' && reply.certificate.subject).toBe('CN=second');
    // A repetition of the first request gets its own outcome, from its own order.
    expect(await tell(first.message)).toBe('PENDING');
    for (const input of started.slice(0, 1)) await conduct(input);
    expect(await tell(first.message)).toBe('SUCCESS');
    expect(ca.orders).toHaveLength(2);
  });

  it('P-10 requires an authority for each of the two requests', async () => {
    const { tell, first, second, started } = await twoInOneTransaction(1);
    expect([await tell(first.message), await tell(second.message)]).toEqual([
      'PENDING',
      'FAILURE badRequest ChallengeUsed',
    ]);
    expect(started).toHaveLength(1);
  });

  it('P-10 issues a new certificate once the old one is past half its life', async () => {
    const { request, tell, ca, time } = await exchange(
      { terms: {} },
      { profile: { validityDays: 10 } },
    );
    time.seconds += 4 * 86_400;
    expect([await tell(request.message), ca.orders.length]).toEqual(['SUCCESS', 1]);
    time.seconds += 2 * 86_400;
    expect([await tell(request.message), ca.orders.length]).toEqual(['SUCCESS', 2]);
  });

  it('P-10 takes another use of the challenge for it', async () => {
    const { request, tell, ca, time } = await exchange({}, { profile: { validityDays: 10 } });
    time.seconds += 6 * 86_400;
    expect(await tell(request.message)).toBe('FAILURE badRequest ChallengeUsed');
    expect(ca.orders).toHaveLength(1);
  });
});
