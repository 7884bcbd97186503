import { describe, expect, it } from 'vitest';
import { getCaCaps, sendPkiOperation } from '../../../lib/scep-client/capabilities.ts';
import { getOperation, readScepUrl } from '../../../lib/scep-client/http.ts';

function server(respond: (url: URL) => Response) {
  const asked: URL[] = [];
  const answer = async (input: string | URL | Request) => {
    const url = new URL(String(input));
    asked.push(url);
    return respond(url);
  };
  return { url: readScepUrl('https://scep.example/scep/a?tenant=7'), fetch: answer, asked };
}

const ok = (body: string, type = 'text/plain') =>
  new Response(body, { headers: { 'content-type': type } });

describe('an HTTP exchange', () => {
  it('percent-encodes the base64 of a message and keeps the query of the URL', async () => {
    const to = server(() => ok(''));
    await getOperation(to, 'PKIOperation', Uint8Array.of(0xfb, 0xef, 0xff, 0xfe));
    expect(to.asked[0]?.search).toBe(
      '?tenant=7&operation=PKIOperation&message=%2B%2B%2F%2F%2Fg%3D%3D',
    );
  });

  it.each([
    'AES\nSHA-256\nPOSTPKIOperation',
    'AES\r\nSHA-256\r\nPOSTPKIOperation\r\nFuture',
    'SCEPStandard',
  ])('reads the capabilities %j', async (body) => {
    const capabilities = await getCaCaps(server(() => ok(body)));
    expect([...capabilities]).toEqual(
      expect.arrayContaining(['AES', 'SHA-256', 'POSTPKIOperation']),
    );
  });

  it.each([
    ['unexpectedAnswer', () => new Response('', { status: 404 })],
    ['unexpectedAnswer', () => new Response('', { status: 302, headers: { location: '/login' } })],
    ['unexpectedAnswer', () => ok('x'.repeat(1024 * 1024 + 1))],
    ['unavailable', () => new Response('', { status: 503 })],
    ['unavailable', () => new Response('', { status: 429 })],
  ])('throws %s (case %#)', async (code, respond) => {
    await expect(getOperation(server(respond), 'GetCACaps')).rejects.toMatchObject({ code });
  });

  it.each([
    ['120', 120],
    [new Date(Date.now() + 90_000).toUTCString(), expect.closeTo(90, -1)],
    ['soon', undefined],
  ])('reads the Retry-After %s', async (value, retryAfterSeconds) => {
    const to = server(() => new Response('', { status: 503, headers: { 'retry-after': value } }));
    await expect(getOperation(to, 'GetCACaps')).rejects.toMatchObject({ retryAfterSeconds });
  });

  it('refuses a PKIOperation answer of another media type', async () => {
    const answer = sendPkiOperation(
      server(() => ok('<html>', 'text/html')),
      new Set(),
      new Uint8Array(),
    );
    await expect(answer).rejects.toMatchObject({ code: 'unexpectedAnswer' });
  });
});
