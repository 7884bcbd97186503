import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, expect, inject, it } from 'vitest';
import { pkcsReqFor } from './pkcs-req.ts';

const facts = inject('sharedStack');
const { scepUrl } = facts;
const { origin, hostname, port, pathname } = new URL(scepUrl);

const bytesOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer());

/** Sends a request head and a body unchanged, over a new connection. */
const sendRaw = async (head: string, body: Uint8Array = Buffer.of()): Promise<Buffer> => {
  const socket = connect(Number(port), hostname);
  socket.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]));
  return buffer(socket);
};

/** Splits an answer into its status line and its body. */
const readRaw = (answer: Buffer): { statusLine: string; head: string; body: Buffer } => {
  const end = answer.indexOf('\r\n\r\n');
  const head = answer.subarray(0, end).toString('latin1');
  return { statusLine: head.split('\r\n', 1)[0] ?? '', head, body: answer.subarray(end + 4) };
};

describe('a stack with unusual clients', () => {
  it('accepts a POST without a Content-Type, which sscep sends', async () => {
    const request = await pkcsReqFor(facts);
    const url = `${scepUrl}?operation=PKIOperation`;
    const response = await fetch(url, { method: 'POST', body: Buffer.from(request.bytes) });
    expect(request.read(await bytesOf(response)).status).toBe('SUCCESS');
  });

  it('accepts a GET with unescaped plus signs, which macOS sends', async () => {
    const request = await pkcsReqFor(facts);
    const message = Buffer.from(request.bytes).toString('base64');
    expect(message).toContain('+');
    const answer = await sendRaw(
      `GET ${pathname}?operation=PKIOperation&message=${message} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close`,
    );
    expect(request.read(readRaw(answer).body).status).toBe('SUCCESS');
  });

  it('accepts HTTP/1.0 without a Host, which strongSwan sends', async () => {
    const request = await pkcsReqFor(facts);
    const line = `POST ${pathname}?operation=PKIOperation HTTP/1.0`;
    const head = `${line}\r\nContent-Length: ${request.bytes.length}`;
    const { statusLine, body } = readRaw(await sendRaw(head, request.bytes));
    expect(statusLine).toMatch(/^HTTP\/1\.[01] 200 /);
    expect(request.read(body).status).toBe('SUCCESS');
  });

  it.each([
    ['below the connector', `${scepUrl}/pkiclient.exe`],
    ['of Cisco', `${origin}/cgi-bin/pkiclient.exe`],
  ])('accepts the path %s', async (_what, url) => {
    const request = await pkcsReqFor(facts);
    const response = await fetch(`${url}?operation=PKIOperation`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-pki-message' },
      body: Buffer.from(request.bytes),
    });
    expect(request.read(await bytesOf(response)).status).toBe('SUCCESS');
  });

  it('gives exact media types, which certmonger and sscep compare whole', async () => {
    const typeOf = async (operation: string) =>
      (await fetch(`${scepUrl}?operation=${operation}`)).headers.get('content-type');
    expect(await typeOf('GetCACaps')).toBe('text/plain');
    expect(await typeOf('GetCACert&message=default')).toBe('application/x-x509-ca-ra-cert');
  });
});
