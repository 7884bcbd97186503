/**
 * A flood of envelopes that query the RA key as an oracle. All get the same answer, then the source
 * gets 429, and no other source is affected.
 */
import { describe, expect, it } from 'vitest';
import { allowance } from '../../lambda/policy/client-allowance.ts';
import { memoryLimits, memorySourceLimit } from '../support/fakes/memory-envelopes.ts';
import { identityFrom, testConnector } from '../support/fakes/test-connector.ts';
import { flipped } from '../support/kit/elements.ts';
import { rsaKey } from '../support/kit/keys.ts';
import { cn, name } from '../support/kit/names.ts';
import { type PkcsReqOptions, pkcsReq } from '../support/kit/pkcs-req.ts';
import { testRa } from '../support/kit/test-ra.ts';
import { post } from '../unit/http/events.ts';
import { service, verdictOf } from '../unit/http/service.ts';
import { kinds } from './malformed-envelopes.ts';

const refused = 'FAILURE badRequest EnvelopeRefused';
const notOurs = 'FAILURE badRequest RecipientUnknown';
const tooMany = '429 TooManyEnvelopes';
const stranger = '203.0.113.7';
const device = '198.51.100.20';
const proxy = '192.0.2.50';

/** A service with the limits of a deployed one. It counts the decryptions with its RA key. */
function limited(proxiesInFront = 0) {
  const time = { seconds: 1_800_057_600 };
  const identity = identityFrom(testRa());
  let decryptions = 0;
  const counting = Object.defineProperty({ ...identity }, 'rejectionSecret', {
    get: () => {
      decryptions += 1;
      return identity.rejectionSecret;
    },
  });
  const { connector } = testConnector();
  const clock = { ...connector.clock, nowSeconds: () => time.seconds };
  const inner = service({
    parts: {
      identities: [counting],
      clock,
      settings: { ...connector.settings, proxiesInFront },
      limits: memoryLimits({ decryptions: memorySourceLimit(clock.nowSeconds) }),
    },
  });
  const from = async (sourceIp: string, message: Uint8Array) => {
    const event = post(message);
    const forwarded = `10.0.0.1, ${sourceIp}, ${proxy}`;
    const throughProxy = { sourceIp: proxy, headers: { 'x-forwarded-for': forwarded } };
    const { headers, ...peer } = proxiesInFront > 0 ? throughProxy : { sourceIp, headers: {} };
    const requestContext = { http: { method: 'POST', ...peer } };
    const response = await inner.ask({ ...event, headers, requestContext });
    return { ...response, verdict: verdictOf(response, inner.lastLine()) };
  };
  const wrong = (options: Partial<PkcsReqOptions> = {}) =>
    pkcsReq({
      ra: inner.ra,
      recipient: { alterEncryptedKey: (encrypted) => flipped(encrypted) },
      ...options,
    }).message;
  /** Sends different bad envelopes from one address; the verdict on the last one. */
  const sendBad = async (sourceIp: string, count: number): Promise<string> => {
    let last = '';
    for (let sent = 0; sent < count; sent += 1) last = (await from(sourceIp, wrong())).verdict;
    return last;
  };
  /** The verdict on a good request of a new device. */
  const sendGood = async (sourceIp: string) => {
    const key = rsaKey(2048, sourceIp);
    const csr = { challenges: [await inner.challenge()], subject: name(cn(sourceIp)) };
    return (await from(sourceIp, pkcsReq({ ra: inner.ra, key, csr }).message)).verdict;
  };
  return { ...inner, time, from, wrong, sendBad, sendGood, decryptions: () => decryptions };
}

describe('a flood of envelopes that do not open', () => {
  it('gets 429 over the allowance of its address, without a decryption or a signature', async () => {
    const { sendBad, from, wrong, decryptions, lines, ca } = limited();
    expect(await sendBad(stranger, allowance.perClient)).toBe(refused);
    const before = { decryptions: decryptions(), lines: lines.length };
    const { status, contentType, bytes } = await from(stranger, wrong());
    expect([status, contentType, Buffer.from(bytes).toString()]).toEqual([
      429,
      'text/plain',
      'TooManyEnvelopes\n',
    ]);
    expect(decryptions()).toBe(before.decryptions);
    expect(lines.slice(before.lines)).toEqual([
      '{"operation":"PKIOperation","outcome":"fault","code":"TooManyEnvelopes"}',
    ]);
    expect(ca.orders).toEqual([]);
  });

  it('blocks everything from its own address, and no other address', async () => {
    const { sendBad, sendGood } = limited();
    await sendBad(stranger, allowance.perClient);
    expect([await sendGood(stranger), await sendGood(device)]).toEqual([tooMany, 'SUCCESS']);
  });

  it('blocks no other address behind a declared proxy', async () => {
    const { sendBad, sendGood } = limited(1);
    await sendBad(stranger, allowance.perClient);
    expect([await sendGood(stranger), await sendGood(device)]).toEqual([tooMany, 'SUCCESS']);
  });

  it('blocks its address until the hour is over', async () => {
    const { sendBad, sendGood, time } = limited();
    await sendBad(stranger, allowance.perClient + 1);
    time.seconds += 3600;
    expect(await sendGood(stranger)).toBe('SUCCESS');
  });

  it('from many addresses lowers the allowance of each, and blocks no device without failures', async () => {
    const { sendBad, sendGood } = limited();
    const perAddress = 20;
    for (let at = 0; at < allowance.perConnector / perAddress; at += 1)
      await sendBad(`203.0.113.${at}`, perAddress);
    expect(await sendBad('203.0.113.99', allowance.perClientWhenReduced)).toBe(refused);
    expect(await sendBad('203.0.113.99', 1)).toBe(tooMany);
    expect(await sendGood(device)).toBe('SUCCESS');
  });

  it('from one IPv6 network counts as one source', async () => {
    const { sendBad } = limited();
    for (let at = 0; at < allowance.perClient; at += 1) await sendBad(`2001:db8:1:2::${at}`, 1);
    expect(await sendBad('2001:db8:1:2:abcd::1', 1)).toBe(tooMany);
    expect(await sendBad('2001:db8:1:3::1', 1)).toBe(refused);
  });

  it.each(kinds)('has a charge for every kind: %s', async (_, message) => {
    const { sendBad, from, ra } = limited();
    await sendBad(stranger, allowance.perClient - 1);
    const bad = () => pkcsReq({ ra, ...message('CHALLENGE') }).message;
    expect((await from(stranger, bad())).verdict).toBe(refused);
    expect((await from(stranger, bad())).verdict).toBe(tooMany);
  });

  it('has a charge for each changed copy of a captured envelope, which the replay guard refuses', async () => {
    const { sendBad, from, ra } = limited();
    await sendBad(stranger, allowance.perClient - 2);
    const captured = { alterEncryptedKey: () => new Uint8Array(256).fill(9) };
    const ask = async () =>
      (await from(stranger, pkcsReq({ ra, recipient: captured }).message)).verdict;
    expect([await ask(), await ask(), await ask()]).toEqual([refused, refused, tooMany]);
  });
});

describe('a flood without a charge', () => {
  it('is a fleet with an old RA certificate, whose envelopes are never decrypted', async () => {
    const { from, sendGood, ra } = limited();
    const old = testRa('old');
    for (let sent = 0; sent <= allowance.perClient; sent += 1)
      expect((await from(stranger, pkcsReq({ ra: old }).message)).verdict).toBe(notOurs);
    expect(ra).not.toBe(old);
    expect(await sendGood(stranger)).toBe('SUCCESS');
  });

  it('is a good envelope with a wrong challenge', async () => {
    const { from, sendGood, ra } = limited();
    const { message } = pkcsReq({ ra, challenge: 'WRONG' });
    for (let sent = 0; sent <= allowance.perClient; sent += 1)
      expect((await from(stranger, message)).verdict).toBe('FAILURE badRequest ChallengeUnknown');
    expect(await sendGood(stranger)).toBe('SUCCESS');
  });
});
