/** Each operation: its request, and its response. */

import { toConnectorUuid } from '../../core/arns.ts';
import { Fault } from '../../core/errors.ts';
import type { AdminKeys } from '../../policy/connector-key.ts';
import type { Random } from '../../ports/system.ts';
import type { Administration } from '../administration.ts';
import type { AdministeredConnector } from '../connectors.ts';
import { readTags, type TaggingContext, tagResource, untagResource } from '../tags.ts';
import { AdminFault, createValidationFault } from './fault.ts';
import type { OperationName } from './operations.ts';
import { createPageToken, type PagedList, readPageToken } from './page-token.ts';
import type { AdminRequest, Body } from './request.ts';
import { parseChallengeResource, parseConnectorResource, parseResource } from './resource.ts';
import {
  readNumber,
  readRequestTags,
  readString,
  readTerms,
  toChallengeShape,
  toConnectorShape,
  toEnrolmentShape,
} from './wire.ts';

/** The dependencies of the operations. */
export interface PerformContext {
  readonly administration: Administration;
  readonly tagging: TaggingContext;
  readonly connectors: readonly AdministeredConnector[];
  readonly keysOf: (connector: AdministeredConnector) => Promise<AdminKeys>;
  readonly nowSeconds: () => number;
  readonly random: Random;
}

type Perform = (request: AdminRequest, context: PerformContext) => Promise<Body | undefined>;

const declaredInCode: Perform = async () => {
  throw new AdminFault(
    'ValidationException',
    'connectors are declared in code: add or remove a ScepConnector in the CDK app, then run "npx cdk deploy"',
    { Reason: 'UNKNOWN_OPERATION' },
  );
};

/** One each; a name that is missing here does not compile. */
export const perform: Readonly<Record<OperationName, Perform>> = {
  CreateConnector: declaredInCode,
  DeleteConnector: declaredInCode,
  GetConnector: async ({ label }, { administration, connectors }) => {
    const { connectorId } = parseConnectorResource('ConnectorArn', label, connectors);
    const found = administration.connectors().find((one) => one.connectorId === connectorId);
    return { Connector: found && toConnectorShape(found) };
  },
  ListConnectors: async ({ query }, context) => {
    const [first] = context.connectors;
    if (first === undefined) return { Connectors: [] };
    const list = await listOf('ListConnectors', first.connectorId, context);
    const all = context.administration.connectors();
    const { limit, position } = pageIn(query, list);
    const start = position === undefined ? 0 : Number(position);
    const next = start + limit < all.length ? String(start + limit) : undefined;
    const Connectors = all.slice(start, start + limit).map(toConnectorShape);
    return { Connectors, ...nextToken(next, list, context) };
  },
  CreateChallenge: async ({ body, who }, { administration, connectors }) => {
    const { connectorId } = parseConnectorResource('ConnectorArn', body.ConnectorArn, connectors);
    const made =
      body.RotateFrom === undefined
        ? await administration.create(connectorId, readTerms(body), who)
        : await rotate(connectorId, { body, who }, { administration, connectors });
    return { Challenge: { ...toChallengeShape(made.challenge), Password: made.password } };
  },
  DeleteChallenge: async ({ label, who }, { administration, connectors }) => {
    const { connectorId, challengeId } = parseChallengeResource('ChallengeArn', label, connectors);
    await administration.revoke(connectorId, challengeId, who);
    return undefined;
  },
  GetChallengeMetadata: async ({ label }, { administration, connectors }) => {
    const { connectorId, challengeId } = parseChallengeResource('ChallengeArn', label, connectors);
    const challenge = await administration.challenge(connectorId, challengeId);
    return { ChallengeMetadata: toChallengeShape(challenge) };
  },
  GetChallengePassword: async ({ label, who }, { administration, connectors }) => {
    const { connectorId, challengeId } = parseChallengeResource('ChallengeArn', label, connectors);
    return { Password: await administration.password(connectorId, challengeId, who) };
  },
  ListChallengeMetadata: async ({ query }, context) => {
    const { connectorId } = parseConnectorResource(
      'ConnectorArn',
      query.get('ConnectorArn'),
      context.connectors,
    );
    const list = await listOf('ListChallengeMetadata', connectorId, context);
    const { limit, position: after } = pageIn(query, list);
    const page = await context.administration.challenges(connectorId, { limit, after });
    const Challenges = page.challenges.map(toChallengeShape);
    return { Challenges, ...nextToken(page.next, list, context) };
  },
  ListEnrolments: async ({ query }, context) => {
    const { connectorId } = parseConnectorResource(
      'ConnectorArn',
      query.get('ConnectorArn'),
      context.connectors,
    );
    const list = await listOf('ListEnrolments', connectorId, context);
    const { limit, position: before } = pageIn(query, list);
    const page = await context.administration.enrolments(connectorId, { limit, before });
    const Enrolments = page.enrolments.map(toEnrolmentShape);
    return { Enrolments, ...nextToken(page.next, list, context) };
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

/** A day, so that a device that got the old one from its MDM still enrols. */
const defaultOverlapSeconds = 86_400;

/** With `RotateFrom`, everything but the overlap comes from the challenge that is rotated. */
async function rotate(
  connectorId: string,
  { body, who }: Pick<AdminRequest, 'body' | 'who'>,
  { administration, connectors }: Pick<PerformContext, 'administration' | 'connectors'>,
) {
  const from = parseChallengeResource('RotateFrom', body.RotateFrom, connectors);
  if (from.connectorId !== connectorId)
    throw createValidationFault('RotateFrom: a challenge of ConnectorArn');
  for (const member of ['Name', 'ExpiresAt', 'MaxUses', 'Constraints', 'Tags'])
    if (body[member] !== undefined)
      throw createValidationFault(
        `${member}: not with RotateFrom, which keeps the terms of that challenge`,
      );
  const overlapSeconds = readNumber(body, 'OverlapSeconds') ?? defaultOverlapSeconds;
  const clientToken = readString(body, 'ClientToken');
  return await administration.rotate(
    connectorId,
    from.challengeId,
    { overlapSeconds, ...(clientToken !== undefined && { clientToken }) },
    who,
  );
}

async function listOf(
  operation: OperationName,
  connectorId: string,
  { connectors, keysOf, nowSeconds }: PerformContext,
): Promise<PagedList> {
  const connector = connectors.find((one) => one.connectorId === connectorId);
  if (connector === undefined) throw new Fault('ConnectorUnknown');
  const keys = await keysOf(connector);
  return { operation, connectorId: toConnectorUuid(connectorId), keys, nowSeconds: nowSeconds() };
}

const maxResults = 1000;
const defaultResults = 100;

function pageIn(query: URLSearchParams, list: PagedList) {
  const asked = query.get('MaxResults');
  const limit = asked === null ? defaultResults : Number(asked);
  if (!/^\d{1,4}$/.test(asked ?? '1') || limit < 1 || limit > maxResults)
    throw createValidationFault(`MaxResults: 1 to ${maxResults}`);
  const token = query.get('NextToken');
  return { limit, position: token === null ? undefined : readPageToken(token, list) };
}

const nextToken = (next: string | undefined, list: PagedList, { random }: PerformContext): Body =>
  next === undefined ? {} : { NextToken: createPageToken(next, list, random) };
