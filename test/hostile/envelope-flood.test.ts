/**
 * A series of oracle requests to the RA key: answered alike, then not at all; and no other source
 * is kept out.
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

/**
 * A service with the limit of a deployed one, and a count of how often its RA key was used to open
 * something.
 */
function limited(proxiesInFront = 0) {
  const time = { seconds: 1_800_057_600 };
  const identity = identityFrom(testRa());
  let opened = 0;
  const counting = Object.defineProperty({ ...identity }, 'rejectionSecret', {
    get: () => {
      opened += 1;
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
  /** So many bad envelopes from one address, each another one; the answer to the last. */
  const flood = async (sourceIp: string, count: number): Promise<string> => {
    let last = '';
    for (let sent = 0; sent < count; sent += 1) last = (await from(sourceIp, wrong())).verdict;
    return last;
  };
  /** A good request of a device of its own. */
  const good = async (sourceIp: string) => {
    const key = rsaKey(2048, sourceIp);
    const csr = { challenges: [await inner.challenge()], subject: name(cn(sourceIp)) };
    return (await from(sourceIp, pkcsReq({ ra: inner.ra, key, csr }).message)).verdict;
  };
  return { ...inner, time, from, wrong, flood, good, opened: () => opened };
}

describe('a flood of envelopes that do not open', () => {
  it('is turned away past the allowance of its address: unopened, unsigned, with one log line', async () => {
    const { flood, from, wrong, opened, lines, ca } = limited();
    expect(await flood(stranger, allowance.perClient)).toBe(refused);
    const before = { opened: opened(), lines: lines.length };
    const { status, contentType, bytes } = await from(stranger, wrong());
    expect([status, contentType, Buffer.from(bytes).toString()]).toEqual([
      429,
      'text/plain',
      'TooManyEnvelopes\n',
    ]);
    expect(opened()).toBe(before.opened);
    expect(lines.slice(before.lines)).toEqual([
      '{"operation":"PKIOperation","outcome":"fault","code":"TooManyEnvelopes"}',
    ]);
    expect(ca.orders).toEqual([]);
  });

  it('keeps its own address out, whatever it sends, and no other', async () => {
    const { flood, good } = limited();
    await flood(stranger, allowance.perClient);
    expect([await good(stranger), await good(device)]).toEqual([tooMany, 'SUCCESS']);
  });

  it('keeps no other out behind a proxy of ours either, where that is declared', async () => {
    const { flood, good } = limited(1);
    await flood(stranger, allowance.perClient);
    expect([await good(stranger), await good(device)]).toEqual([tooMany, 'SUCCESS']);
  });

  it('lets its address in again when the hour is over', async () => {
    const { flood, good, time } = limited();
    await flood(stranger, allowance.perClient + 1);
    time.seconds += 3600;
    expect(await good(stranger)).toBe('SUCCESS');
  });

  it('of many addresses leaves each a few, and locks out no device that sent nothing bad', async () => {
    const { flood, good } = limited();
    const each = 20;
    for (let at = 0; at < allowance.perConnector / each; at += 1)
      await flood(`203.0.113.${at}`, each);
    expect(await flood('203.0.113.99', allowance.perClientWhenReduced)).toBe(refused);
    expect(await flood('203.0.113.99', 1)).toBe(tooMany);
    expect(await good(device)).toBe('SUCCESS');
  });

  it('from one IPv6 network is one flood', async () => {
    const { flood } = limited();
    for (let at = 0; at < allowance.perClient; at += 1) await flood(`2001:db8:1:2::${at}`, 1);
    expect(await flood('2001:db8:1:2:abcd::1', 1)).toBe(tooMany);
    expect(await flood('2001:db8:1:3::1', 1)).toBe(refused);
  });

  it.each(kinds)('counts every kind alike: %s', async (_, message) => {
    const { flood, from, ra } = limited();
    await flood(stranger, allowance.perClient - 1);
    const bad = () => pkcsReq({ ra, ...message('CHALLENGE') }).message;
    expect((await from(stranger, bad())).verdict).toBe(refused);
    expect((await from(stranger, bad())).verdict).toBe(tooMany);
  });

  it('counts the changes of a sniffed envelope, which the replay guard refuses', async () => {
    const { flood, from, ra } = limited();
    await flood(stranger, allowance.perClient - 2);
    const sniffed = { alterEncryptedKey: () => new Uint8Array(256).fill(9) };
    const ask = async () =>
      (await from(stranger, pkcsReq({ ra, recipient: sniffed }).message)).verdict;
    expect([await ask(), await ask(), await ask()]).toEqual([refused, refused, tooMany]);
  });
});

describe('what is not counted', () => {
  it('is a fleet with an RA certificate that is gone: its envelopes ask our key nothing', async () => {
    const { from, good, ra } = limited();
    const old = testRa('old');
    for (let sent = 0; sent <= allowance.perClient; sent += 1)
      expect((await from(stranger, pkcsReq({ ra: old }).message)).verdict).toBe(notOurs);
    expect(ra).not.toBe(old);
    expect(await good(stranger)).toBe('SUCCESS');
  });

  it('is a good envelope whose challenge is wrong', async () => {
    const { from, good, ra } = limited();
    const { message } = pkcsReq({ ra, challenge: 'WRONG' });
    for (let sent = 0; sent <= allowance.perClient; sent += 1)
      expect((await from(stranger, message)).verdict).toBe('FAILURE badRequest ChallengeUnknown');
    expect(await good(stranger)).toBe('SUCCESS');
  });
});
