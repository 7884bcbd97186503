/** Entra ID's token endpoint (v2.0), client credentials only. */
import { timingSafeEqual } from 'node:crypto';
import type { AccessTokens } from './access-tokens.ts';
import { type AssertionContext, checkAssertion } from './client-assertions.ts';
import type { Registration } from './registration.ts';
import { createEntraError, type Reply, type Request, readHeader } from './reply.ts';

/** The known scopes and each one's audience, which is the part before the last slash. */
const audienceOf: Readonly<Record<string, string>> = {
  'https://graph.microsoft.com/.default': 'https://graph.microsoft.com',
  'https://api.manage.microsoft.com//.default': 'https://api.manage.microsoft.com/',
  'https://graph.microsoft.us/.default': 'https://graph.microsoft.us',
  'https://api.manage.microsoft.us//.default': 'https://api.manage.microsoft.us/',
};

/** The audiences that Graph and Intune accept. */
export const audiences = {
  graph: ['https://graph.microsoft.com', 'https://graph.microsoft.us'],
  intune: ['https://api.manage.microsoft.com/', 'https://api.manage.microsoft.us/'],
} as const;

/** Dependencies of the endpoint. */
export interface TokenEndpoint extends AssertionContext {
  readonly tokens: AccessTokens;
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Answers a token request; throws Entra's errors. */
export const answerTokenRequest = async (
  request: Request,
  context: TokenEndpoint,
): Promise<Reply> => {
  const form = readForm(request);
  if (form.get('grant_type') !== 'client_credentials')
    throw createEntraError(
      400,
      'unsupported_grant_type',
      70003,
      'The grant type is not supported.',
    );
  if (form.get('client_id') !== context.registration.clientId)
    throw createEntraError(400, 'unauthorized_client', 700016, 'Application was not found.');
  const scope = form.get('scope') ?? '';
  const audience = Object.hasOwn(audienceOf, scope) ? audienceOf[scope] : undefined;
  if (audience === undefined)
    throw createEntraError(400, 'invalid_scope', 1002012, 'The scope is not valid.');
  await authenticate(form, context);
  const { token, expiresInSeconds } = context.tokens.issue(audience);
  const body = {
    token_type: 'Bearer',
    expires_in: expiresInSeconds,
    ext_expires_in: expiresInSeconds,
    access_token: token,
  };
  return { status: 200, headers: { 'cache-control': 'no-store' }, body };
};

const readForm = (request: Request): URLSearchParams => {
  const form = new URLSearchParams(request.text);
  const type = readHeader(request, 'content-type').split(';')[0];
  const names = [...form.keys()];
  const isForm = request.method === 'POST' && type === 'application/x-www-form-urlencoded';
  if (!isForm || new Set(names).size !== names.length)
    throw createEntraError(400, 'invalid_request', 900144, 'The request body is not a form.');
  return form;
};

const authenticate = async (form: URLSearchParams, context: TokenEndpoint): Promise<void> => {
  const secret = form.get('client_secret');
  const assertion = form.get('client_assertion');
  if (secret !== null && assertion === null) return checkSecret(secret, context.registration);
  if (assertion === null || secret !== null)
    throw createEntraError(
      401,
      'invalid_client',
      7000218,
      'Give either client_assertion or client_secret.',
    );
  if (form.get('client_assertion_type') !== assertionType)
    throw createEntraError(
      400,
      'invalid_request',
      50107,
      'client_assertion_type is not jwt-bearer.',
    );
  await checkAssertion(assertion, context);
};

const checkSecret = (given: string, { clientSecret }: Registration): void => {
  const [one, other] = [Buffer.from(given), Buffer.from(clientSecret ?? '')];
  if (other.length === 0 || one.length !== other.length || !timingSafeEqual(one, other))
    throw createEntraError(401, 'invalid_client', 7000215, 'Invalid client secret provided.');
};
