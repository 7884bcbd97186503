import { describe, expect, it } from 'vitest';
import { pkcsReq } from '../support/kit/pkcs-req.ts';
import { base64, type DeviceEvent, get, getMessage, post } from '../unit/http/events.ts';
import { exchange } from '../unit/http/exchange.ts';
import { service } from '../unit/http/service.ts';

const caps = (query: string, path?: string) => service().ask(get(query, path));

const withMethod = (method: string, event: DeviceEvent): DeviceEvent => ({
  ...event,
  requestContext: { http: { ...event.requestContext.http, method } },
});

/** The verdict on a GET with this text as its `message`. */
async function byGet(write: (message: string) => string): Promise<number> {
  const { ra, ask, challenge } = service();
  const { message } = pkcsReq({ ra, challenge: await challenge() });
  const { status } = await ask(get(`operation=PKIOperation&message=${write(base64(message))}`));
  return status;
}

describe('H: HTTP', () => {
  it('H-1 accepts POST with the message as body, and GET with the message in the query', async () => {
    const { ra, ask, ca } = service();
    const { message } = pkcsReq({ ra });
    const answers = [await ask(post(message)), await ask(getMessage(message))];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(ca.orders).toHaveLength(0);
  });

  it.each(['PUT', 'DELETE', 'OPTIONS'])('H-1 refuses %s', async (method) => {
    const { ask, lastLine } = service();
    const event = withMethod(method, get('operation=GetCACaps'));
    expect((await ask(event)).status).toBe(405);
    expect(lastLine()).toMatchObject({ code: 'MethodNotAllowed' });
  });

  it.each(['', 'operation=GetCACaps', 'operation=GetCACert', 'operation=GetCAChain'])(
    'H-1 answers HEAD with the query %j as GET',
    async (query) => {
      const { ask } = service();
      expect(await ask(withMethod('HEAD', get(query)))).toEqual(await ask(get(query)));
    },
  );

  it('H-1 does not enrol by HEAD', async () => {
    const { ra, ask, ca, challenge } = service();
    const { message } = pkcsReq({ ra, challenge: await challenge() });
    const { status } = await ask(withMethod('HEAD', getMessage(message)));
    expect([status, ca.orders.length]).toEqual([405, 0]);
    expect((await ask(getMessage(message))).contentType).toBe('application/x-pki-message');
    expect(ca.orders).toHaveLength(1);
  });

  it.each(['', '?'])('H-1 explains the URL to a GET with the query %j', async (query) => {
    const { status, contentType, bytes } = await caps(query);
    expect([status, contentType]).toEqual([200, 'text/plain']);
    expect(bytes.toString()).toMatch(/^This is the URL of a SCEP server [^.]+\.\n$/);
  });

  it.each(['?operation=GetCACaps', '??operation=GetCACaps'])(
    'H-5 accepts the query %j of a URL that was configured with a “?”',
    async (query) => {
      expect(await caps(query)).toEqual(await caps('operation=GetCACaps'));
    },
  );

  it('H-2 answers under /cgi-bin/pkiclient.exe', async () => {
    expect((await caps('operation=GetCACaps', '/cgi-bin/pkiclient.exe')).status).toBe(200);
  });

  it.each([
    '/scep/test',
    '/scep/test/',
    '/scep/test/pkiclient.exe',
    '/certsrv/mscep/mscep.dll',
    '/',
  ])('H-3 answers under any path: %s', async (path) => {
    expect((await caps('operation=GetCACaps', path)).status).toBe(200);
  });

  it('H-4 accepts a PKIOperation by GET from clients that cannot POST', async () => {
    expect(await byGet(encodeURIComponent)).toBe(200);
  });

  it.each(['', 'foo=bar', 'operation=pkioperation', 'OPERATION=PKIOPERATION'])(
    'H-5 treats a POST with the query %j as a PKIOperation',
    async (query) => {
      const { ra, ask, challenge } = service();
      const { message } = pkcsReq({ ra, challenge: await challenge() });
      const { contentType } = await ask(post(message, query));
      expect(contentType).toBe('application/x-pki-message');
    },
  );

  it('H-5 answers a POST with the operation that its query names', async () => {
    const { contentType } = await service().ask(post(new Uint8Array(), 'operation=GetCACaps'));
    expect(contentType).toBe('text/plain');
  });

  it.each(['operation=', 'operation=GetCAChain', 'operation=GetNextCACert', 'operation=__proto__'])(
    'H-5 refuses a POST with %s',
    async (query) => {
      expect((await service().ask(post(new Uint8Array(), query))).status).toBe(400);
    },
  );

  it.each([
    ['application/x-pki-message', { 'content-type': 'application/x-pki-message' }],
    ['octet-stream', { 'content-type': 'application/octet-stream' }],
    ['a form (jscep on Android)', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['none (sscep)', {}],
  ])('H-6 accepts a body of the type %s', async (_, headers) => {
    const { ra, ask, challenge } = service();
    const { message } = pkcsReq({ ra, challenge: await challenge() });
    const { status } = await ask(post(message, 'operation=PKIOperation', headers as never));
    expect(status).toBe(200);
  });

  it('H-6 refuses a POST without a body', async () => {
    const { tell } = service();
    expect(await tell(new Uint8Array())).toBe('400 NotAPkiMessage');
  });

  it.each<[string, (message: string) => string]>([
    ['percent-escapes', encodeURIComponent],
    ['nothing escaped (macOS)', (message) => message],
    ['only “=” escaped (macOS)', (message) => message.replaceAll('=', '%3D')],
    ['escaped twice', (message) => encodeURIComponent(encodeURIComponent(message))],
    ['no padding', (message) => encodeURIComponent(message.replaceAll('=', ''))],
    ['url-safe letters', (message) => message.replaceAll('+', '-').replaceAll('/', '_')],
    ['a space for each “+”', (message) => encodeURIComponent(message.replaceAll('+', ' '))],
    ['lines of 64 (Cisco)', (message) => message.replace(/.{64}/g, '$&%0A').replaceAll('+', '%2B')],
    ['lines of CR LF', (message) => `${message.replace(/.{76}/g, '$&%0D%0A')}%0D%0A`],
  ])('H-7 reads base64 with %s', async (_, write) => {
    expect(await byGet(write)).toBe(200);
  });

  it.each(['', '%', '%zz', '!!!!', 'AAAA$', '%00', '====', '%E2%82%AC'])(
    'H-7 refuses %j, which is not base64',
    async (message) => {
      const { ask, lastLine } = service();
      const { status } = await ask(get(`operation=PKIOperation&message=${message}`));
      expect([status, lastLine().code]).toEqual([400, 'NotBase64']);
    },
  );

  it.each([
    ['POST', post(new Uint8Array(128 * 1024 + 1))],
    ['GET', getMessage(new Uint8Array(128 * 1024 + 1))],
  ])('H-8 answers 413 to a %s of over 128 KiB', async (_, event) => {
    const { ask, lastLine } = service();
    expect((await ask(event)).status).toBe(413);
    expect(lastLine()).toMatchObject({ code: 'BodyTooLarge' });
  });

  it('H-8 reads a message of 128 KiB', async () => {
    expect(await service().tell(new Uint8Array(128 * 1024))).toBe('400 NotAPkiMessage');
  });

  it('H-9 sends media types without parameters', async () => {
    const { ask, ra } = service();
    const types = [
      await ask(get('operation=GetCACaps')),
      await ask(get('operation=GetCACert')),
      await ask(post(pkcsReq({ ra }).message)),
    ].map(({ contentType }) => contentType);
    expect(types).toEqual([
      'text/plain',
      'application/x-x509-ca-ra-cert',
      'application/x-pki-message',
    ]);
  });

  it('H-10 sends SUCCESS, FAILURE and PENDING with 200', async () => {
    const success = await exchange();
    const failure = await exchange({ messageType: '18' });
    const pending = await exchange({}, { held: true });
    const all = [success, failure, pending];
    expect(all.map(({ verdict }) => verdict.split(' ')[0])).toEqual([
      'SUCCESS',
      'FAILURE',
      'PENDING',
    ]);
    expect(all.map(({ response }) => response.status)).toEqual([200, 200, 200]);
  });

  it('H-10 sends 400 and a fixed text if no CertRep can be built', async () => {
    const { ask } = service();
    const { status, bytes } = await ask(post(Buffer.from('no CMS, but Zaubertrank')));
    expect([status, Buffer.from(bytes).toString()]).toEqual([400, 'NotAPkiMessage\n']);
  });

  it('H-10 sends 503 without a reason if a dependency is down', async () => {
    const down = { readKnown: async () => Promise.reject(new Error('table Zaubertrank is gone')) };
    const { connector } = service();
    const parts = { enrolments: { ...connector.enrolments, ...down } };
    const { response, lines, ca } = await exchange({}, { parts });
    expect([response.status, Buffer.from(response.bytes).toString()]).toEqual([
      503,
      'Unavailable\n',
    ]);
    expect(lines.join()).not.toContain('Zaubertrank');
    expect(ca.orders).toHaveLength(0);
  });

  it('H-11 refuses a request without a challenge under every transport', async () => {
    const { verdict } = await exchange({ challenge: undefined, csr: { challenges: [] } });
    expect(verdict).toBe('FAILURE badRequest ChallengeMissing');
  });

  it.each(['GetCACaps', 'GetCACert', 'PKIOperation', 'GetCAChain', ''])(
    'H-12 sends a Content-Type with the answer to GET %s',
    async (operation) => {
      const { contentType } = await caps(`operation=${operation}`);
      expect(contentType).toMatch(/^[a-z-]+\/[a-z0-9-]+$/);
    },
  );

  it.each(['', '&message=', '&message=default', '&message=0', '&message=Name%20with%20space'])(
    'H-13 ignores %j after GetCACaps and GetCACert',
    async (tail) => {
      const answers = [
        await caps(`operation=GetCACaps${tail}`),
        await caps(`operation=GetCACert${tail}`),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    },
  );
});
