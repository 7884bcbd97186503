import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { serveConsole, widget } from './console-kit.ts';

const call = {
  widget: 0,
  asks: { view: 'list' },
  forms: { name: 'x' },
  theme: 'dark',
  offsetISO: '+01:00',
};

/** Sends a request with any headers, including `Host`, which `fetch` does not allow. */
const send = (
  port: number,
  {
    method = 'GET',
    path = '/console',
    headers = {},
    body = '',
  }: { method?: string; path?: string; headers?: Record<string, string>; body?: string },
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

const post = (port: number, headers: Record<string, string>) =>
  send(port, { method: 'POST', path: '/console/call', headers, body: JSON.stringify(call) });

describe('the console', () => {
  it('serves a page that runs only its own scripts and cannot be framed', async () => {
    const { port } = await serveConsole(() => '');
    for (const path of [
      '/console',
      '/console/page.js',
      '/console/widget.js',
      '/console/sanitise.js',
      '/console/page.css',
      '/console/widgets',
    ]) {
      const { status, headers } = await send(port, { path });
      expect(status).toBe(200);
      expect(headers['content-security-policy']).toMatch(
        /script-src 'self'; .*frame-ancestors 'none'/,
      );
    }
    expect((await send(port, { path: '/console/console.ts' })).status).toBe(404);
    expect((await send(port, { path: '/console/../page.html' })).status).toBe(404);
  });

  it('calls the function of a widget with the event of CloudWatch', async () => {
    const events: unknown[] = [];
    const { port } = await serveConsole((event) => {
      events.push(event);
      return '<p>drawn</p>';
    });
    const { status, text } = await post(port, { origin: `http://127.0.0.1:${port}` });
    expect([status, JSON.parse(text)]).toEqual([200, { result: '<p>drawn</p>' }]);
    expect(events).toMatchObject([
      {
        view: 'list',
        widgetContext: {
          accountId: '000000000000',
          theme: 'dark',
          title: 'SCEP',
          timezone: { offsetISO: '+01:00' },
          forms: { all: { name: 'x' } },
          params: {},
        },
      },
    ]);
  });

  it('passes the parameters of the widget if no button has its own', async () => {
    const events: unknown[] = [];
    const { port } = await serveConsole((event) => void events.push(event), {
      ...widget,
      params: { connector: 'phones' },
    });
    const body = JSON.stringify({ ...call, asks: undefined });
    await send(port, {
      method: 'POST',
      path: '/console/call',
      headers: { origin: `http://127.0.0.1:${port}` },
      body,
    });
    expect(events).toMatchObject([
      { connector: 'phones', widgetContext: { params: { connector: 'phones' } } },
    ]);
  });

  it.each([
    '',
    'null',
    '{}',
    '{"widget":7,"forms":{}}',
    '{"widget":0,"forms":[]}',
    '{"widget":0,"forms":{},"asks":1}',
  ])('refuses a call that its page would not make: %j', async (body) => {
    const { port } = await serveConsole(() => expect.unreachable());
    const headers = { origin: `http://127.0.0.1:${port}` };
    expect(
      (await send(port, { method: 'POST', path: '/console/call', headers, body })).status,
    ).toBe(400);
  });
});

describe('a web page', () => {
  const called = async (headersOf: (port: number) => Record<string, string>) => {
    let calls = 0;
    const { port } = await serveConsole(() => {
      calls += 1;
    });
    const { status } = await post(port, headersOf(port));
    return { status, calls };
  };

  it.each<[string, (port: number) => Record<string, string>]>([
    ['of another origin', () => ({ origin: 'https://page.example' })],
    ['of another port of this machine', () => ({ origin: 'http://127.0.0.1:1' })],
    ['without an origin, as sandboxed frames are', () => ({ origin: 'null' })],
    ['without an origin', () => ({})],
    [
      'whose host name points to this machine',
      (port) => ({ host: `page.example:${port}`, origin: `http://page.example:${port}` }),
    ],
    [
      'that a browser marks as cross-site',
      (port) => ({ origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'cross-site' }),
    ],
    [
      'of the same site',
      (port) => ({ origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-site' }),
    ],
  ])('%s reaches no function', async (_, headersOf) => {
    expect(await called(headersOf)).toEqual({ status: 403, calls: 0 });
  });

  it('cannot read the console by a host name that points to this machine', async () => {
    const { port } = await serveConsole(() => '');
    expect((await send(port, { headers: { host: `page.example:${port}` } })).status).toBe(403);
    expect((await send(port, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
  });

  it('cannot read the admin API by such a host name', async () => {
    const { port } = await serveConsole(() => '');
    expect(
      (await send(port, { path: '/challenges', headers: { host: `page.example:${port}` } })).status,
    ).toBe(403);
    expect((await send(port, { path: '/challenges' })).status).toBe(404);
  });
});
