import { describe, expect, inject, it, vi } from 'vitest';
import { scepLinesOf } from './traces.ts';

const facts = inject('sharedStack');
const { scepUrl } = facts;

const post = (query: string, body: Uint8Array, headers: Record<string, string> = {}) =>
  fetch(`${scepUrl}${query}`, { method: 'POST', headers, body: Buffer.from(body) });

const pkiMessage = { 'content-type': 'application/x-pki-message' };
const maxMessageBytes = 128 * 1024;

/**
 * The request, the status and the code in the body and the log. An answer of API Gateway itself has
 * no code.
 */
const rows: readonly (readonly [string, () => Promise<Response>, number, string | undefined])[] = [
  [
    'a body over 128 KiB',
    () => post('?operation=PKIOperation', new Uint8Array(maxMessageBytes + 1), pkiMessage),
    413,
    'BodyTooLarge',
  ],
  [
    'a body of 128 KiB that is not CMS',
    () => post('?operation=PKIOperation', new Uint8Array(maxMessageBytes), pkiMessage),
    400,
    'NotAPkiMessage',
  ],
  [
    'text that is not CMS',
    () => post('?operation=PKIOperation', Buffer.from('hello'), { 'content-type': 'text/plain' }),
    400,
    'NotAPkiMessage',
  ],
  ['an empty body', () => post('?operation=PKIOperation', Buffer.of()), 400, 'NotAPkiMessage'],
  [
    'a GET whose message is not base64',
    () => fetch(`${scepUrl}?operation=PKIOperation&message=*`),
    400,
    'NotBase64',
  ],
  ['an unknown operation', () => fetch(`${scepUrl}?operation=GetNothing`), 400, 'UnknownOperation'],
  ['no operation', () => fetch(`${scepUrl}?message=1`), 400, 'UnknownOperation'],
  [
    'a body of 5 MB, which Lambda refuses',
    () => post('?operation=PKIOperation', new Uint8Array(5_000_000), pkiMessage),
    413,
    undefined,
  ],
  [
    'a body of 11 MB, which API Gateway refuses',
    () => post('?operation=PKIOperation', new Uint8Array(11 * 1024 * 1024), pkiMessage),
    413,
    undefined,
  ],
  [
    'a method that SCEP does not have',
    () => fetch(`${scepUrl}?operation=GetCACaps`, { method: 'PUT' }),
    405,
    'MethodNotAllowed',
  ],
  [
    'an unknown connector',
    () => fetch(`${scepUrl.replace(/[^/]+$/, 'nobody')}?operation=GetCACaps`),
    404,
    undefined,
  ],
];

describe('the bare URL', () => {
  it.each(['GET', 'HEAD'])('explains itself to %s', async (method) => {
    const response = await fetch(scepUrl, { method });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain']);
    const text =
      'This is the URL of a SCEP server (RFC 8894); enter it in an MDM or a SCEP client.\n';
    expect(await response.text()).toBe(method === 'GET' ? text : '');
    expect(response.headers.get('content-length')).toBe(String(text.length));
  });

  it('can be configured with a “?” at its end', async () => {
    const response = await fetch(`${scepUrl}??operation=GetCACaps`);
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining('POSTPKIOperation'),
    ]);
  });
});

describe('bad input', () => {
  it.each(rows)('such as %s gets its status and code', async (_what, send, status, code) => {
    const response = await send();
    expect(response.status).toBe(status);
    if (code !== undefined) expect(await response.text()).toBe(`${code}\n`);
  });

  it('writes a log line with its code', async () => {
    const codes = rows.flatMap(([, , , code]) => code ?? []);
    // A log line can arrive after the answer.
    await vi.waitFor(() => {
      const logged = scepLinesOf(facts).map(({ code }) => code);
      expect(codes.filter((code) => !logged.includes(code))).toEqual([]);
    });
  });
});
