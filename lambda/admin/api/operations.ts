/**
 * The table of the admin operations, AWS's twelve and one of ours. The routes of the HTTP API, the
 * function behind them and the service model of the AWS CLI are built from it.
 */

/** The HTTP form of one operation. */
export interface OperationRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** The fixed part of the path, in front of `label`. */
  readonly path: string;
  /** The member in the rest of the path. It is an ARN, which has slashes once it is decoded. */
  readonly label?: 'ChallengeArn' | 'ConnectorArn' | 'ResourceArn';
  readonly status: 200 | 202 | 204;
  /** The names of the members in the body, or in the query of a GET or DELETE. */
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

/** Every operation, by its name in AWS's model. */
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

/** The name of an operation. */
export type OperationName = keyof typeof operations;

/**
 * The path of an operation's route in an HTTP API. SDKs send AWS's label as one segment with `%2F`.
 * An HTTP API decodes the path before it selects the route, so only a greedy variable matches.
 */
export const routePathOf = ({ path, label }: OperationRoute): string =>
  label === undefined ? path : `${path}/{proxy+}`;

const byRoute = new Map<string, OperationName>(
  Object.entries(operations).map(([name, route]) => [
    `${route.method} ${routePathOf(route)}`,
    name as OperationName,
  ]),
);

/** Finds the operation of a route key such as `GET /connectors/{proxy+}`; undefined if unknown. */
export const findOperation = (routeKey: string): OperationName | undefined => byRoute.get(routeKey);
