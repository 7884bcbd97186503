import { describe, expect, it } from 'vitest';
import type { Quirks } from '../../lambda/message/quirks.ts';
import { get } from '../unit/http/events.ts';
import { exchange } from '../unit/http/exchange.ts';
import { service } from '../unit/http/service.ts';

/** RFC 8894 table 7, which is also IANA's registry. */
const table7 = [
  'AES',
  'DES3',
  'GetNextCACert',
  'POSTPKIOperation',
  'Renewal',
  'SHA-1',
  'SHA-256',
  'SHA-512',
  'SCEPStandard',
];

/** Not in table 7, but strongSwan 5.9.8 requires it for SHA-256. */
const beyondTable7 = ['SHA-384'];

const capsOf = (quirks: Partial<Quirks> = {}) =>
  service({ quirks }).ask(get('operation=GetCACaps&message='));

const keywordsOf = async (quirks: Partial<Quirks> = {}): Promise<readonly string[]> =>
  Buffer.from((await capsOf(quirks)).bytes)
    .toString()
    .trimEnd()
    .split('\n');

const switches: readonly Partial<Quirks>[] = [
  {},
  { sha1: true },
  { tripleDes: true },
  { sha1: true, tripleDes: true },
];

describe('G: GetCACaps', () => {
  it('G-1 answers GetCACaps', async () => {
    expect(await keywordsOf()).toContain('SCEPStandard');
  });

  it.each(switches)('G-2 writes keywords as table 7 does: %j', async (quirks) => {
    const keywords = await keywordsOf(quirks);
    expect(keywords.filter((keyword) => !table7.includes(keyword))).toEqual(beyondTable7);
  });

  it('G-3 ends each line with LF alone, as Apple compares whole lines', async () => {
    const text = Buffer.from((await capsOf()).bytes).toString();
    expect(text).not.toContain('\r');
    expect(text).toMatch(/^([A-Za-z0-9-]+\n)+$/);
  });

  it('G-3 has fewer than the 1024 bytes that certmonger reads', async () => {
    expect((await capsOf({ sha1: true, tripleDes: true })).bytes.length).toBeLessThan(1024);
  });

  it('G-4 sends text/plain', async () => {
    expect((await capsOf()).contentType).toBe('text/plain');
  });

  it('G-6 has one keyword outside the registry, and repeats none', async () => {
    const keywords = await keywordsOf({ sha1: true, tripleDes: true });
    expect(new Set(keywords).size).toBe(keywords.length);
    expect(keywords.filter((keyword) => !table7.includes(keyword))).toEqual(beyondTable7);
  });

  it('G-7 also sends the keywords that SCEPStandard implies, for clients that do not know it', async () => {
    expect(await keywordsOf()).toEqual(
      expect.arrayContaining(['SCEPStandard', 'AES', 'POSTPKIOperation', 'SHA-256']),
    );
  });

  it.each(switches)('G-8 advertises only what works: %j', async (quirks) => {
    const keywords = await keywordsOf(quirks);
    const works = async (keyword: string, message: Parameters<typeof exchange>[0]) =>
      (await exchange(message, { quirks })).verdict === 'SUCCESS' ? [keyword] : [];
    const working = [
      ...(await works('AES', { envelope: { cipher: 'aes256' } })),
      ...(await works('DES3', { envelope: { cipher: 'des3' } })),
      ...(await works('POSTPKIOperation', {})),
      ...(await works('Renewal', { messageType: '17' })),
      ...(await works('SHA-1', { signer: { digest: 'sha1' } })),
      ...(await works('SHA-256', { signer: { digest: 'sha256' } })),
      ...(await works('SHA-384', { signer: { digest: 'sha384' } })),
      ...(await works('SHA-512', { signer: { digest: 'sha512' } })),
    ];
    expect(keywords.filter((keyword) => keyword !== 'SCEPStandard')).toEqual(working);
  });

  it('G-8 does not advertise GetNextCACert, which gets HTTP 400', async () => {
    const { status } = await service().ask(get('operation=GetNextCACert'));
    expect(status).toBe(400);
    expect(await keywordsOf()).not.toContain('GetNextCACert');
  });

  it('G-9 never accepts single DES, so stripped capabilities gain nothing', async () => {
    const quirks = { sha1: true, tripleDes: true };
    const { verdict } = await exchange({ envelope: { cipher: 'des' } }, { quirks });
    expect(verdict).toBe('FAILURE badAlg UnsupportedAlgorithm');
  });

  it('G-10 enrols a client that never called GetCACaps', async () => {
    const { verdict, lines } = await exchange();
    expect(verdict).toBe('SUCCESS');
    expect(lines).toHaveLength(1);
  });
});
