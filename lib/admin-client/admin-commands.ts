/** The commands of `npm run admin`, each with its requests and its output. */
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

/** The arguments of a command. */
export interface AdminArguments {
  readonly call: CallAdmin;
  readonly connectorId: string;
  /** The word after the command, such as a challenge's id. */
  readonly operand: string | undefined;
  readonly options: ChallengeOptions & { readonly overlap?: string; readonly limit?: string };
  readonly nowSeconds: number;
}

/** The output of a command, for `--json` and for people. */
interface AdminResult {
  readonly json: unknown;
  readonly text: string;
}

type Command = (input: AdminArguments) => Promise<AdminResult>;

/** The commands by their words. Each throws `AdminClientError`. */
export const adminCommands: Readonly<Record<string, Command>> = {
  connectors: async ({ call }) => {
    const json = await readPages(call, '/connectors', 'Connectors', {}, Number.POSITIVE_INFINITY);
    return { json, text: formatConnectors(json) };
  },
  'challenge create': async ({ call, connectorId, options, nowSeconds }) => {
    const body = buildChallengeRequest(connectorId, options, nowSeconds);
    return toPasswordResult(await call({ method: 'POST', path: '/challenges', body }));
  },
  'challenge list': async ({ call, connectorId, nowSeconds }) => {
    const query = { ConnectorArn: toConnectorArn(connectorId), MaxResults: '1000' };
    const json = await readPages(call, '/challengeMetadata', 'Challenges', query, maxListed);
    return { json, text: formatChallenges(json, nowSeconds) };
  },
  'challenge show': async (input) => {
    const path = `/challengeMetadata/${readChallengeArn(input)}`;
    const { ChallengeMetadata } = await input.call({ method: 'GET', path });
    const json = ChallengeMetadata as Json;
    return { json, text: formatChallenge(json, input.nowSeconds) };
  },
  'challenge password': async (input) => {
    const path = `/challengePasswords/${readChallengeArn(input)}`;
    const json = await input.call({ method: 'GET', path });
    return { json, text: String(json.Password) };
  },
  'challenge rotate': async (input) => {
    const { overlap = '24h' } = input.options;
    const body = {
      ConnectorArn: toConnectorArn(input.connectorId),
      RotateFrom: readChallengeArn(input),
      OverlapSeconds: parseSeconds('--overlap', overlap),
    };
    return toPasswordResult(await input.call({ method: 'POST', path: '/challenges', body }));
  },
  'challenge revoke': async (input) => {
    const arn = readChallengeArn(input);
    await input.call({ method: 'DELETE', path: `/challenges/${arn}` });
    return { json: { Revoked: arn }, text: 'The challenge is revoked and enrols no more devices.' };
  },
  enrolments: async ({ call, connectorId, options, nowSeconds }) => {
    const limit = Number(options.limit ?? '50');
    if (!(Number.isInteger(limit) && limit >= 1 && limit <= maxListed))
      throw new AdminClientError(
        'badArgument',
        `--limit must be a whole number from 1 to ${maxListed}.`,
      );
    const query = { ConnectorArn: toConnectorArn(connectorId), MaxResults: '100' };
    const json = await readPages(call, '/enrolments', 'Enrolments', query, limit);
    return { json, text: formatEnrolments(json, nowSeconds) };
  },
};

const toPasswordResult = ({ Challenge }: Json): AdminResult => ({
  json: Challenge,
  text: String((Challenge as Json).Password),
});

/** Bounds a list whose pages never end. */
const maxListed = 100_000;

/** Reads the pages of a list, up to a number of items. */
async function readPages(
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

/** Reads the challenge's ARN, or the id at its end. */
function readChallengeArn({ operand, connectorId }: AdminArguments): string {
  if (operand === undefined)
    throw new AdminClientError(
      'badArgument',
      'The challenge is missing. Add its id or its ARN to the command.',
    );
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(operand))
    return `${toConnectorArn(connectorId)}/challenge/${operand}`;
  if (/^arn:[\w:/.-]{1,300}$/.test(operand)) return operand;
  throw new AdminClientError(
    'badArgument',
    'A challenge must be named by its ARN or its id, which has 32 hex digits and four hyphens.',
  );
}
