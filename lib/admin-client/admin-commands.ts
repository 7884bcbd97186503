/**
 * The admin command: each of its words, what it asks of the admin API, and how the answer looks.
 */
import type { CallAdmin, Json } from './admin-api.ts';
import { AdminClientError } from './admin-errors.ts';
import {
  formatChallenge,
  formatChallenges,
  formatConnectors,
  formatEnrolments,
} from './admin-tables.ts';
import {
  buildChallengeRequest,
  type ChallengeOptions,
  toConnectorArn,
} from './challenge-request.ts';
import { parseSeconds } from './duration.ts';

/** What a command is given. */
export interface AdminArguments {
  readonly call: CallAdmin;
  readonly connectorId: string;
  /** What follows the command's words. */
  readonly operand: string | undefined;
  readonly options: ChallengeOptions & { readonly overlap?: string; readonly limit?: string };
  readonly nowSeconds: number;
}

/** What came of it: for `--json`, and for people. */
interface AdminResult {
  readonly json: unknown;
  readonly text: string;
}

type Command = (given: AdminArguments) => Promise<AdminResult>;

/** By the words that are typed. */
export const adminCommands: Readonly<Record<string, Command>> = {
  connectors: async ({ call }) => {
    const json = await pages(call, '/connectors', 'Connectors', {}, Number.POSITIVE_INFINITY);
    return { json, text: formatConnectors(json) };
  },
  'challenge create': async ({ call, connectorId, options, nowSeconds }) => {
    const body = buildChallengeRequest(connectorId, options, nowSeconds);
    return passwordOf(await call({ method: 'POST', path: '/challenges', body }));
  },
  'challenge list': async ({ call, connectorId, nowSeconds }) => {
    const query = { ConnectorArn: toConnectorArn(connectorId), MaxResults: '1000' };
    const json = await pages(call, '/challengeMetadata', 'Challenges', query, maxListed);
    return { json, text: formatChallenges(json, nowSeconds) };
  },
  'challenge show': async (given) => {
    const path = `/challengeMetadata/${challengeArnOf(given)}`;
    const { ChallengeMetadata } = await given.call({ method: 'GET', path });
    const json = ChallengeMetadata as Json;
    return { json, text: formatChallenge(json, given.nowSeconds) };
  },
  'challenge password': async (given) => {
    const path = `/challengePasswords/${challengeArnOf(given)}`;
    const json = await given.call({ method: 'GET', path });
    return { json, text: String(json.Password) };
  },
  'challenge rotate': async (given) => {
    const { overlap = '24h' } = given.options;
    const body = {
      ConnectorArn: toConnectorArn(given.connectorId),
      RotateFrom: challengeArnOf(given),
      OverlapSeconds: parseSeconds('--overlap', overlap),
    };
    return passwordOf(await given.call({ method: 'POST', path: '/challenges', body }));
  },
  'challenge revoke': async (given) => {
    const arn = challengeArnOf(given);
    await given.call({ method: 'DELETE', path: `/challenges/${arn}` });
    return { json: { Revoked: arn }, text: 'Revoked: it is refused from now on.' };
  },
  enrolments: async ({ call, connectorId, options, nowSeconds }) => {
    const limit = Number(options.limit ?? '50');
    if (!(Number.isInteger(limit) && limit >= 1 && limit <= maxListed))
      throw new AdminClientError('badArgument', `--limit: 1 to ${maxListed}.`);
    const query = { ConnectorArn: toConnectorArn(connectorId), MaxResults: '100' };
    const json = await pages(call, '/enrolments', 'Enrolments', query, limit);
    return { json, text: formatEnrolments(json, nowSeconds) };
  },
};

const passwordOf = ({ Challenge }: Json): AdminResult => ({
  json: Challenge,
  text: String((Challenge as Json).Password),
});

/** More than anybody reads, and an end to a list that has none. */
const maxListed = 100_000;

/** Every page of a list, up to so many items. */
async function pages(
  call: CallAdmin,
  path: string,
  member: string,
  query: Readonly<Record<string, string>>,
  maxItems: number,
): Promise<readonly Json[]> {
  const items: Json[] = [];
  let NextToken: string | undefined;
  do {
    const page = await call({ method: 'GET', path, query: { ...query, NextToken } });
    items.push(...((page[member] ?? []) as readonly Json[]));
    NextToken = page.NextToken as string | undefined;
  } while (NextToken !== undefined && items.length < maxItems);
  return items.slice(0, maxItems);
}

/** A challenge is named by its ARN, or by the id that it ends in. */
function challengeArnOf({ operand, connectorId }: AdminArguments): string {
  if (operand === undefined)
    throw new AdminClientError('badArgument', 'Which challenge? Give its id or its ARN.');
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(operand))
    return `${toConnectorArn(connectorId)}/challenge/${operand}`;
  if (/^arn:[\w:/.-]{1,300}$/.test(operand)) return operand;
  throw new AdminClientError('badArgument', 'A challenge’s id is 32 hex digits with four dashes.');
}
