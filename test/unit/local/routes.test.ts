import { describe, expect, it } from 'vitest';
import { createAccessLogFormatter } from '../../../lib/local/http-api/access-log.ts';
import { matchRoute } from '../../../lib/local/http-api/routes.ts';

const routes = [
  '$default',
  'ANY /a',
  'GET /a',
  'ANY /a/{proxy+}',
  'ANY /a/b/{proxy+}',
  'ANY /v/{id}',
  'ANY /v/me',
].map((key) => ({ key, target: key }));

describe('the choice of a route', () => {
  it.each([
    ['GET', '/a', 'GET /a', undefined],
    ['POST', '/a', 'ANY /a', undefined],
    ['GET', '/a/x/y', 'ANY /a/{proxy+}', { proxy: 'x/y' }],
    ['GET', '/a/b/c', 'ANY /a/b/{proxy+}', { proxy: 'c' }],
    ['GET', '/a/', 'ANY /a/{proxy+}', { proxy: '' }],
    ['GET', '/v/me', 'ANY /v/me', undefined],
    ['GET', '/v/you', 'ANY /v/{id}', { id: 'you' }],
    ['GET', '/A', '$default', undefined],
  ])('of %s %s is %s', (method, path, key, pathParameters) => {
    const match = matchRoute(routes, method, path);
    expect(match?.route.key).toBe(key);
    expect(match?.pathParameters).toEqual(pathParameters);
  });

  it('is undefined without a default', () => {
    expect(matchRoute(routes.slice(1), 'GET', '/nowhere')).toBeUndefined();
  });
});

describe('the format of an access log', () => {
  it('refuses a variable that is not modelled', () => {
    expect(() => createAccessLogFormatter('$context.authorizer.claims', 'Stage')).toThrow(
      'Stage: the access log variable $context.authorizer.claims',
    );
  });
});
