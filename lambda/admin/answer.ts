/** The admin API: requests in the paths and shapes of AWS's pca-connector-scep. So far: CreateChallenge. */
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2 as Response,
} from 'aws-lambda';
import type { ConnectorKeys } from '../policy/connector-key.ts';
import type { Challenges, Random } from '../ports.ts';
import type { AdministeredConnector } from './connectors.ts';
import { challengeTermsOf, createChallenge } from './create-challenge.ts';
import { AdminFault, adminStatusOf } from './fault.ts';

/** What administering needs. */
export interface AdminContext {
  readonly connectors: readonly AdministeredConnector[];
  readonly keysOf: (connector: AdministeredConnector) => Promise<ConnectorKeys>;
  readonly challenges: Challenges;
  readonly nowSeconds: number;
  readonly random: Random;
  readonly makeId: () => string;
  readonly log: (fields: Readonly<Record<string, unknown>>) => void;
}

type Body = Readonly<Record<string, unknown>>;
type Operation = (body: Body, context: AdminContext) => Promise<Response>;

const operations: Readonly<Record<string, Operation>> = {
  'POST /challenges': async (body, context) => {
    const connector = connectorOf(body.ConnectorArn, context.connectors);
    const { challenges, nowSeconds, random, makeId, log } = context;
    const challenge = await createChallenge(challengeTermsOf(body, nowSeconds), {
      connectorId: connector.connectorId,
      connectorArn: String(body.ConnectorArn),
      keys: await context.keysOf(connector),
      challenges,
      nowSeconds,
      random,
      makeId,
    });
    log({
      operation: 'CreateChallenge',
      connectorId: connector.connectorId,
      challenge: challenge.Arn,
    });
    return json(202, { Challenge: challenge });
  },
};

/** Answers an admin; never throws, and says no more of an error of ours than that there was one. */
export async function answerAdmin(
  event: Pick<APIGatewayProxyEventV2, 'routeKey' | 'body' | 'isBase64Encoded'>,
  context: AdminContext,
): Promise<Response> {
  try {
    const operation = Object.hasOwn(operations, event.routeKey)
      ? operations[event.routeKey]
      : undefined;
    if (operation === undefined) throw new AdminFault('BadRequestException', 'no such operation');
    return await operation(bodyOf(event), context);
  } catch (error) {
    if (error instanceof AdminFault) return refused(error, context);
    context.log({ outcome: 'outage', code: error instanceof Error ? error.name : 'Unknown' });
    return refused(new AdminFault('InternalServerException', 'try again'), context);
  }
}

function refused({ name, message }: AdminFault, { log }: AdminContext): Response {
  log({ outcome: 'refused', code: name });
  return json(adminStatusOf(name), { Message: message }, { 'x-amzn-errortype': name });
}

const json = (statusCode: number, body: Body, headers: Record<string, string> = {}): Response => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
});

function bodyOf({ body = '', isBase64Encoded }: Parameters<typeof answerAdmin>[0]): Body {
  try {
    const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  } catch {
    // Not JSON: refused below, without a word of it.
  }
  throw new AdminFault('ValidationException', 'the body must be a JSON object');
}

/** AWS names a connector by ARN; ours end in the connector's id. */
function connectorOf(
  arn: unknown,
  connectors: readonly AdministeredConnector[],
): AdministeredConnector {
  if (
    typeof arn !== 'string' ||
    !/^arn:[a-z-]+:pca-connector-scep:[^:]*:[^:]*:connector\/[^/]+$/.test(arn)
  )
    throw new AdminFault('ValidationException', 'ConnectorArn: arn:…:connector/ID');
  const id = arn.slice(arn.lastIndexOf('/') + 1);
  const connector = connectors.find(({ connectorId }) => connectorId === id);
  if (connector === undefined)
    throw new AdminFault('ResourceNotFoundException', 'no such connector');
  return connector;
}
