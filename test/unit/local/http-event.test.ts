import { describe, expect, it } from 'vitest';
import { handleRequest } from '../../../lib/local/http-api/http-api.ts';
import type { HttpRequest } from '../../../lib/local/http-api/http-request.ts';
import { type Event, request, setUp } from './http-api-kit.ts';

const eventOf = async (changes: Partial<HttpRequest>): Promise<Event> => {
  const { api, events } = setUp();
  await handleRequest(api, request(changes));
  const [event] = events;
  if (!event) throw new Error('no event');
  return event;
};

const bodyOf = async (type: string | undefined): Promise<unknown> => {
  const rawHeaders = type === undefined ? [] : ['Content-Type', type];
  const { body, isBase64Encoded } = await eventOf({
    method: 'POST',
    rawHeaders,
    body: Buffer.from('0\u0080'),
  });
  return { body, isBase64Encoded };
};

describe('the event of an HTTP API', () => {
  it('keeps the raw query and decodes the parameters, with a plus as a space', async () => {
    const query = 'literalPlus=a+b&encodedPlus=a%2Bb&empty=&twice=1&twice=2';
    const event = await eventOf({ target: `/scep/default?${query}` });
    expect(event.rawQueryString).toBe(query);
    expect(event.queryStringParameters).toEqual({
      literalPlus: 'a b',
      encodedPlus: 'a+b',
      empty: '',
      twice: '1,2',
    });
  });

  it('decodes the path, and cuts it at a decoded question mark', async () => {
    const event = await eventOf({ target: '/scep/default/a%20b%3Fc?x=1' });
    expect(event).toMatchObject({ rawPath: '/scep/default/a b', pathParameters: { proxy: 'a b' } });
  });

  it('joins duplicate headers in lower case, and separates cookies', async () => {
    const event = await eventOf({ rawHeaders: ['X-One', 'a', 'x-one', 'b', 'Cookie', 'c=1; d=2'] });
    expect(event.headers).toMatchObject({ 'x-one': 'a,b', 'x-forwarded-for': '192.0.2.1' });
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event.cookies).toEqual(['c=1', 'd=2']);
  });

  it.each([
    'application/x-pki-message',
    'application/octet-stream',
    'application/x-www-form-urlencoded',
    undefined,
  ])('gives a body of type %s in base64', async (type) => {
    expect(await bodyOf(type)).toEqual({ body: 'MMKA', isBase64Encoded: true });
  });

  it.each([
    'text/plain',
    'application/json; charset=utf-8',
    'application/xml',
    'application/javascript',
  ])('gives a body of type %s as text', async (type) => {
    expect(await bodyOf(type)).toEqual({ body: '0\u0080', isBase64Encoded: false });
  });

  it('omits the body, the parameters and the query if the request has none', async () => {
    const event = await eventOf({ target: '/scep/default' });
    expect(event).toMatchObject({ version: '2.0', rawQueryString: '', isBase64Encoded: false });
    expect(Object.keys(event)).not.toEqual(expect.arrayContaining(['body']));
    expect(event).not.toHaveProperty('queryStringParameters');
    expect(event).not.toHaveProperty('pathParameters');
  });

  it('contains the caller, the route and the stage', async () => {
    const { requestContext } = await eventOf({
      protocol: 'HTTP/1.0',
      rawHeaders: ['User-Agent', 'sscep'],
    });
    expect(requestContext).toMatchObject({
      domainName: '127.0.0.1:8080',
      http: {
        method: 'GET',
        path: '/scep/default',
        protocol: 'HTTP/1.0',
        sourceIp: '192.0.2.1',
        userAgent: 'sscep',
      },
      routeKey: 'ANY /scep/default',
      stage: '$default',
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    });
  });
});
