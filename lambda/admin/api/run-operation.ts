/** Runs each operation: reads its request, calls the administration and builds its response. */
import type { Administration } from '../administration.ts';
import { readTags, type TaggingContext, tagResource, untagResource } from '../tags.ts';
import { AdminFault, createValidationFault } from './fault.ts';
import { createNextToken, openList, type PageContext, readPage } from './list-page.ts';
import type { OperationName } from './operations.ts';
import type { AdminRequest, Body } from './request.ts';
import { readNumber, readRequestTags, readString, readTerms } from './request-members.ts';
import { parseChallengeResource, parseConnectorResource, parseResource } from './resource.ts';
import { toChallengeShape, toConnectorShape, toEnrolmentShape } from './response-shapes.ts';

/** The dependencies of the operations. */
export interface OperationContext extends PageContext {
  readonly administration: Administration;
  readonly tagging: TaggingContext;
}

type RunOperation = (request: AdminRequest, context: OperationContext) => Promise<Body | undefined>;

/**
 * Runs an operation and returns the body of its response. Throws `AdminFault` for a refusal;
 * any other error is an outage.
 */
export const runOperation = (
  operation: OperationName,
  ...input: Parameters<RunOperation>
): ReturnType<RunOperation> => implementations[operation](...input);

const refuseChangeOfConnectors: RunOperation = async () => {
  throw new AdminFault(
    'ValidationException',
    'Connectors are declared in code. Add or remove a ScepConnector in the CDK app, then run "npx cdk deploy"',
    { Reason: 'UNKNOWN_OPERATION' },
  );
};

const implementations: Readonly<Record<OperationName, RunOperation>> = {
  CreateConnector: refuseChangeOfConnectors,
  DeleteConnector: refuseChangeOfConnectors,
  GetConnector: async ({ label }, { administration, connectors }) => {
    const { connectorId } = parseConnectorResource('ConnectorArn', label, connectors);
    const found = administration.listConnectors().find((one) => one.connectorId === connectorId);
    return { Connector: found && toConnectorShape(found) };
  },
  ListConnectors: async ({ query }, context) => {
    const [first] = context.connectors;
    if (first === undefined) return { Connectors: [] };
    const list = await openList('ListConnectors', first.connectorId, context);
    const all = context.administration.listConnectors();
    const { limit, position } = readPage(query, list);
    const start = position === undefined ? 0 : Number(position);
    const next = start + limit < all.length ? String(start + limit) : undefined;
    const Connectors = all.slice(start, start + limit).map(toConnectorShape);
    return { Connectors, ...createNextToken(next, list, context) };
  },
  CreateChallenge: async ({ body, who }, { administration, connectors }) => {
    const { connectorId } = parseConnectorResource('ConnectorArn', body.ConnectorArn, connectors);
    const made =
      body.RotateFrom === undefined
        ? await administration.createChallenge(connectorId, readTerms(body), who)
        : await rotate(connectorId, { body, who }, { administration, connectors });
    return { Challenge: { ...toChallengeShape(made.challenge), Password: made.password } };
  },
  DeleteChallenge: async ({ label, who }, { administration, connectors }) => {
    const { connectorId, challengeId } = parseChallengeResource('ChallengeArn', label, connectors);
    await administration.revokeChallenge(connectorId, challengeId, who);
    return undefined;
  },
  GetChallengeMetadata: async ({ label }, { administration, connectors }) => {
    const { connectorId, challengeId } = parseChallengeResource('ChallengeArn', label, connectors);
    const challenge = await administration.getChallenge(connectorId, challengeId);
    return { ChallengeMetadata: toChallengeShape(challenge) };
  },
  GetChallengePassword: async ({ label, who }, { administration, connectors }) => {
    const { connectorId, challengeId } = parseChallengeResource('ChallengeArn', label, connectors);
    return { Password: await administration.readPassword(connectorId, challengeId, who) };
  },
  ListChallengeMetadata: async ({ query }, context) => {
    const { connectorId } = parseConnectorResource(
      'ConnectorArn',
      query.get('ConnectorArn'),
      context.connectors,
    );
    const list = await openList('ListChallengeMetadata', connectorId, context);
    const { limit, position: after } = readPage(query, list);
    const page = await context.administration.listChallenges(connectorId, { limit, after });
    const Challenges = page.challenges.map(toChallengeShape);
    return { Challenges, ...createNextToken(page.next, list, context) };
  },
  ListEnrolments: async ({ query }, context) => {
    const { connectorId } = parseConnectorResource(
      'ConnectorArn',
      query.get('ConnectorArn'),
      context.connectors,
    );
    const list = await openList('ListEnrolments', connectorId, context);
    const { limit, position: before } = readPage(query, list);
    const page = await context.administration.listEnrolments(connectorId, { limit, before });
    const Enrolments = page.enrolments.map(toEnrolmentShape);
    return { Enrolments, ...createNextToken(page.next, list, context) };
  },
  ListTagsForResource: async ({ label }, { tagging, connectors }) => ({
    Tags: await readTags(parseResource('ResourceArn', label, connectors), tagging),
  }),
  TagResource: async ({ label, body }, { tagging, connectors }) => {
    await tagResource(
      parseResource('ResourceArn', label, connectors),
      readRequestTags(body),
      tagging,
    );
    return undefined;
  },
  UntagResource: async ({ label, query }, { tagging, connectors }) => {
    const resource = parseResource('ResourceArn', label, connectors);
    await untagResource(resource, query.getAll('tagKeys'), tagging);
    return undefined;
  },
};

/** One day, so that a device that received the old challenge from its MDM still enrols. */
const defaultOverlapSeconds = 86_400;

/** With `RotateFrom`, every term except the overlap comes from the rotated challenge. */
async function rotate(
  connectorId: string,
  { body, who }: Pick<AdminRequest, 'body' | 'who'>,
  { administration, connectors }: Pick<OperationContext, 'administration' | 'connectors'>,
) {
  const from = parseChallengeResource('RotateFrom', body.RotateFrom, connectors);
  if (from.connectorId !== connectorId)
    throw createValidationFault('RotateFrom must be a challenge of the connector in ConnectorArn');
  for (const member of ['Name', 'ExpiresAt', 'MaxUses', 'Constraints', 'Tags'])
    if (body[member] !== undefined)
      throw createValidationFault(
        `${member} must be omitted with RotateFrom, which keeps the terms of that challenge`,
      );
  const overlapSeconds = readNumber(body, 'OverlapSeconds') ?? defaultOverlapSeconds;
  const clientToken = readString(body, 'ClientToken');
  return await administration.rotateChallenge(
    connectorId,
    from.challengeId,
    { overlapSeconds, ...(clientToken !== undefined && { clientToken }) },
    who,
  );
}
