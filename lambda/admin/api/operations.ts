/**
 * Every operation of the admin API: AWS's twelve, with their paths and statuses, and ours. One
 * table for the routes of the HTTP API, the function behind them, and the service model of the AWS
 * CLI.
 */
export interface OperationRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** The fixed part; `label` follows it where there is one. */
  readonly path: string;
  /** The member in the rest of the path: an ARN, which holds slashes if it arrives decoded. */
  readonly label?: 'ChallengeArn' | 'ConnectorArn' | 'ResourceArn';
  readonly status: 200 | 202 | 204;
  /** The members of the body, or of the query of a GET or DELETE, by their names on the wire. */
  readonly members?: readonly string[];
}

const pageMembers = ['MaxResults', 'NextToken'];
const connectorPageMembers = ['ConnectorArn', ...pageMembers];

const challengeMembers = [
  'ConnectorArn',
  'ClientToken',
  'Tags',
  'Name',
  'ExpiresAt',
  'MaxUses',
  'Constraints',
  'RotateFrom',
  'OverlapSeconds',
];

export const operations = {
  CreateConnector: { method: 'POST', path: '/connectors', status: 202 },
  GetConnector: { method: 'GET', path: '/connectors', label: 'ConnectorArn', status: 200 },
  ListConnectors: { method: 'GET', path: '/connectors', status: 200, members: pageMembers },
  DeleteConnector: { method: 'DELETE', path: '/connectors', label: 'ConnectorArn', status: 202 },
  CreateChallenge: { method: 'POST', path: '/challenges', status: 202, members: challengeMembers },
  DeleteChallenge: { method: 'DELETE', path: '/challenges', label: 'ChallengeArn', status: 202 },
  GetChallengeMetadata: {
    method: 'GET',
    path: '/challengeMetadata',
    label: 'ChallengeArn',
    status: 200,
  },
  ListChallengeMetadata: {
    method: 'GET',
    path: '/challengeMetadata',
    status: 200,
    members: connectorPageMembers,
  },
  GetChallengePassword: {
    method: 'GET',
    path: '/challengePasswords',
    label: 'ChallengeArn',
    status: 200,
  },
  ListTagsForResource: { method: 'GET', path: '/tags', label: 'ResourceArn', status: 200 },
  TagResource: {
    method: 'POST',
    path: '/tags',
    label: 'ResourceArn',
    status: 204,
    members: ['Tags'],
  },
  UntagResource: {
    method: 'DELETE',
    path: '/tags',
    label: 'ResourceArn',
    status: 204,
    members: ['tagKeys'],
  },
  ListEnrolments: {
    method: 'GET',
    path: '/enrolments',
    status: 200,
    members: connectorPageMembers,
  },
} as const satisfies Record<string, OperationRoute>;

export type OperationName = keyof typeof operations;

/**
 * The path of an operation's route in an HTTP API. AWS's label is one segment, in which SDKs send
 * `%2F`; an HTTP API decodes it first, so that only a greedy variable matches.
 */
export const routePathOf = ({ path, label }: OperationRoute): string =>
  label === undefined ? path : `${path}/{proxy+}`;

const byRoute = new Map<string, OperationName>(
  Object.entries(operations).map(([name, route]) => [
    `${route.method} ${routePathOf(route)}`,
    name as OperationName,
  ]),
);

/** The operation of a route's key, `GET /connectors/{proxy+}`; undefined if it is not ours. */
export const findOperation = (routeKey: string): OperationName | undefined => byRoute.get(routeKey);
