/**
 * `GET /scep/<id>/mscep_admin` creates a one-time challenge for a caller with the page's
 * credential.
 */
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2 as Response,
} from 'aws-lambda';
import type { Administration, ChallengeConstraints } from '../administration.ts';
import { type Credential, isSame, readBasicCredential } from './credential.ts';
import { encodePage, type PageEncoding, renderChallengePage } from './page.ts';

/** The dependencies of the page. Any error that one of them throws is an outage. */
export interface MscepContext {
  readonly connectorId: string;
  readonly encoding: PageEncoding;
  /** Limits of every challenge. An MDM fetches one without naming its device. */
  readonly constraints: ChallengeConstraints;
  readonly credential: () => Promise<Credential>;
  /** DER of the certificate of the connector's CA. */
  readonly caCertificate: () => Promise<Uint8Array>;
  readonly administration: Pick<Administration, 'createChallenge'>;
  readonly nowSeconds: number;
  readonly log: (fields: Readonly<Record<string, unknown>>) => void;
}

/** NDES's default, on which MDMs rely. Fleet fetches a new challenge after 57 minutes. */
const expiresInMinutes = 60;

/**
 * Answers a request, and never throws. A caller without the credential gets 401, and the request
 * reads and writes no table. An outage gets 503.
 */
export async function answerMscepAdmin(
  { headers }: Pick<APIGatewayProxyEventV2, 'headers'>,
  context: MscepContext,
): Promise<Response> {
  try {
    const given = readBasicCredential(headers.authorization);
    const known = await context.credential();
    if (given === undefined || !isSame(given, known)) return unauthorized(given, context);
    return await answerWithChallenge(known, context);
  } catch (error) {
    context.log({ outcome: 'outage', code: error instanceof Error ? error.name : 'Unknown' });
    return plain(503, 'Unavailable', { 'retry-after': '10' });
  }
}

async function answerWithChallenge(
  { username }: Credential,
  { connectorId, administration, constraints, nowSeconds, log, ...context }: MscepContext,
): Promise<Response> {
  // The CA certificate is read first, so that its failure leaves no challenge behind.
  const caCertificate = await context.caCertificate();
  const expiresAtSeconds = nowSeconds + expiresInMinutes * 60;
  const terms = {
    name: 'mscep_admin',
    maxUses: 1,
    expiresAtSeconds,
    passwordForm: 'hexadecimal',
    ...(Object.keys(constraints).length > 0 && { constraints }),
  } as const;
  const who = `ndes:${username}`;
  const { challenge, password } = await administration.createChallenge(connectorId, terms, who);
  log({ outcome: 'created', challengeId: challenge.challengeId, principal: who });
  const html = renderChallengePage({ password, caCertificate, expiresInMinutes });
  const { contentType, bytes } = encodePage(html, context.encoding);
  return {
    statusCode: 200,
    headers: { 'content-type': contentType, ...commonHeaders },
    body: Buffer.from(bytes).toString('base64'),
    isBase64Encoded: true,
  };
}

/** The log line omits the username, because people type passwords into its field. */
function unauthorized(given: Credential | undefined, { connectorId, log }: MscepContext): Response {
  log({ outcome: 'refused', code: given ? 'CredentialWrong' : 'CredentialMissing' });
  return plain(401, 'Unauthorized', { 'www-authenticate': `Basic realm="${connectorId}"` });
}

const commonHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

const plain = (statusCode: number, text: string, headers: Record<string, string>): Response => ({
  statusCode,
  headers: { 'content-type': 'text/plain', ...commonHeaders, ...headers },
  body: `${text}\n`,
});
