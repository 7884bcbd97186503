import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { nested, withLongLength } from '../support/kit/ber.ts';
import {
  asnNull,
  concat,
  indefinite,
  octetString,
  oid,
  sequence,
  tagged,
  tlv,
} from '../support/kit/der.ts';
import { contentInfo } from '../support/kit/envelope.ts';
import { oids } from '../support/kit/oids.ts';
import { type BuiltPkcsReq, pkcsReq } from '../support/kit/pkcs-req.ts';
import { changed } from '../support/kit/signed-attributes.ts';
import { headersIn } from './headers-in.ts';
import { isRefused, maxCpuMilliseconds, secretsIn, target } from './target.ts';

/** One service for all messages, none of which may change its state. */
let attacked: ReturnType<typeof target>;
let challenge: string;
let good: BuiltPkcsReq;

beforeAll(async () => {
  attacked = target();
  challenge = await attacked.challenge();
  good = pkcsReq({ ra: attacked.ra, challenge });
  // The first message takes longer, because code is compiled and cached.
  await attacked.strike(pkcsReq({ ra: attacked.ra }).message);
});

/** Each message is refused within its CPU time, without a call to the CA or a secret in the log. */
async function expectAllRefused(
  messages: Iterable<Uint8Array>,
  maxMilliseconds = maxCpuMilliseconds,
): Promise<void> {
  const wrong: string[] = [];
  for (const message of messages) {
    const strike = await attacked.strike(message);
    const slow = strike.cpuMilliseconds > maxMilliseconds;
    if (!isRefused(strike) || slow)
      wrong.push(`${strike.status} ${strike.code} in ${Math.round(strike.cpuMilliseconds)} ms`);
  }
  expect(wrong).toEqual([]);
  expect(attacked.orders).toHaveLength(0);
  expect(secretsIn(attacked.lines, challenge, good.message)).toEqual([]);
}

/**
 * For changes that can hit parts outside the signature: no message is an outage, and the CA issues
 * the requested certificate at most.
 */
async function expectNoOutage(messages: Iterable<Uint8Array>): Promise<void> {
  const { strike, orders } = await fresh();
  const wrong: string[] = [];
  for (const message of messages) {
    const { status, code, cpuMilliseconds } = await strike(message);
    if (status === 503 || cpuMilliseconds > maxCpuMilliseconds) wrong.push(`${status} ${code}`);
  }
  expect(wrong).toEqual([]);
  expect(orders.length).toBeLessThanOrEqual(1);
  for (const { request } of orders) expect(Buffer.compare(request, good.csr)).toBe(0);
}

/** A connector with the challenge of the good message. */
async function fresh() {
  const another = target();
  for (const [id, record] of attacked.tables.challenges) another.tables.challenges.set(id, record);
  return another;
}

const withByte = (bytes: Uint8Array, at: number, byte: number): Uint8Array =>
  Uint8Array.from(bytes, (old, index) => (index === at ? byte : old));

function* map<From, To>(values: Iterable<From>, to: (value: From) => To): Iterable<To> {
  for (const value of values) yield to(value);
}

const signedDataOf = (...parts: readonly Uint8Array[]) =>
  contentInfo(oids.signedData, sequence(...parts));

describe('a malformed message', () => {
  it('is refused if it is truncated anywhere', async () => {
    const { length } = good.message;
    const cuts = Array.from({ length: Math.ceil(length / 50) }, (_, at) => at * 50);
    await expectAllRefused(map([...cuts, length - 1], (cut) => good.message.subarray(0, cut)));
  });

  it.each(['00', '0c', '18', '1c', '1e', '2c', '1f', 'bf'])(
    'is no outage with %s in place of any tag',
    async (tag) => {
      const tags = [...headersIn(good.message)].map(({ at }) => at);
      await expectNoOutage(map(tags, (at) => withByte(good.message, at, Number.parseInt(tag, 16))));
    },
  );

  it('is no outage with any length changed by one', async () => {
    const ends = [...headersIn(good.message)].map(({ start }) => start - 1);
    for (const by of [1, -1])
      await expectNoOutage(
        map(ends, (at) => withByte(good.message, at, ((good.message[at] ?? 0) + by) & 0xff)),
      );
  });

  it.each<[string, () => Uint8Array]>([
    ['no octets', () => new Uint8Array()],
    ['text', () => Buffer.from('operation=PKIOperation')],
    [
      'a PEM text',
      () => Buffer.from('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'),
    ],
    ['random octets', () => new Uint8Array(randomBytes(4000))],
    ['zeros', () => new Uint8Array(100_000)],
    ['128 KiB of zeros in an OCTET STRING', () => octetString(new Uint8Array(128 * 1024 - 10))],
    ['bytes after it', () => concat(good.message, Uint8Array.of(0))],
    ['a message after it', () => concat(good.message, good.message)],
    ['1,000 levels', () => nested(1000)],
    ['5,000 levels', () => nested(5000)],
    ['1,000 levels inside a ContentInfo', () => contentInfo(oids.signedData, nested(1000))],
    [
      '1,000 indefinite levels',
      () =>
        Array.from({ length: 1000 }).reduce<Uint8Array>(
          (inner) => indefinite(0x30, inner),
          asnNull(),
        ),
    ],
    ['3,001 elements', () => sequence(...Array.from({ length: 3000 }, asnNull))],
    [
      '60,000 elements',
      () => sequence(new Uint8Array(120_000).map((_, at) => (at % 2 === 0 ? 5 : 0))),
    ],
    ['a length of 4 GiB', () => Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)],
    ['a length of 2^64', () => concat(Uint8Array.of(0x30, 0x88), new Uint8Array(8).fill(0xff))],
    [
      'a length of 126 octets',
      () => concat(Uint8Array.of(0x30, 0xfe), new Uint8Array(126).fill(1)),
    ],
    ['a length of the reserved form', () => Uint8Array.of(0x30, 0xff, 0, 0)],
    ['an indefinite length without an end', () => concat(Uint8Array.of(0x30, 0x80), good.message)],
    ['an indefinite length of a primitive', () => Uint8Array.of(0x04, 0x80, 1, 2, 0, 0)],
    ['a length in 100 octets', () => withLongLength(good.message, 100)],
    ['a tag number over 30', () => concat(Uint8Array.of(0x3f, 0x81, 0x01, 0x02), asnNull())],
    ['CompressedData', () => contentInfo('1.2.840.113549.1.9.16.1.9', sequence())],
    ['EnvelopedData', () => contentInfo(oids.envelopedData, sequence())],
    ['an empty SignedData', () => signedDataOf()],
    ['a SignedData of sets', () => signedDataOf(tlv(0x31), tlv(0x31), tlv(0x31))],
    [
      'a SignedData without signers',
      () => signedDataOf(asnNull(), tlv(0x31), sequence(oid(oids.data)), tlv(0x31)),
    ],
    [
      'a certificates-only SignedData',
      () =>
        signedDataOf(
          asnNull(),
          tlv(0x31),
          sequence(oid(oids.data)),
          tagged(0, good.signerCertificate),
          tlv(0x31),
        ),
    ],
  ])('is refused: %s', async (_, message) => {
    await expectAllRefused([message()]);
  });

  it.each<[string, Uint8Array]>([
    ['a bad GeneralizedTime', tlv(0x18, Buffer.from('soon'))],
    ['an odd BMPString', tlv(0x1e, Uint8Array.of(1))],
    ['an odd UniversalString', tlv(0x1c, Uint8Array.of(1))],
    ['a constructed PrintableString', tlv(0x33, asnNull())],
    ['a constructed UTCTime', tlv(0x37, asnNull())],
  ])('is refused with %s as its messageType', async (_, value) => {
    const { ra } = attacked;
    await expectAllRefused([pkcsReq({ ra, attributes: changed('messageType', value) }).message]);
  });

  it.each<[string, Uint8Array]>([
    ['one with 100,000 arcs', tlv(0x06, new Uint8Array(100_000).fill(1))],
    [
      'one with an arc of 100,000 octets',
      tlv(0x06, concat(new Uint8Array(100_000).fill(0x81), Uint8Array.of(1))),
    ],
    [
      '2,500 with 40 arcs',
      sequence(...Array.from({ length: 2500 }, () => tlv(0x06, new Uint8Array(40).fill(1)))),
    ],
    ['a relative one with 100,000 arcs', tlv(0x0d, new Uint8Array(100_000).fill(1))],
  ])('takes less than 100 ms of CPU with object identifiers: %s', async (_, identifiers) => {
    const content = contentInfo(oids.envelopedData, sequence(identifiers));
    await expectAllRefused([pkcsReq({ ra: attacked.ra, signedData: { content } }).message], 100);
  });

  it('does not consume the challenge', async () => {
    expect(await attacked.tell(good.message)).toBe('SUCCESS');
    expect(attacked.orders).toHaveLength(1);
  });
});
