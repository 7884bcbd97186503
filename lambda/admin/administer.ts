/** Implements the admin operations. */

import type { ChallengeActionRecord } from '../audit/events.ts';
import { toConnectorArn } from '../core/arns.ts';
import type { AdminKeys } from '../policy/connector-key.ts';
import type { ChallengeRegister, UsedTokens } from '../ports/challenges.ts';
import type { History } from '../ports/history.ts';
import type { Random } from '../ports/system.ts';
import type { Administration, ConnectorView } from './administration.ts';
import { AdminFault, createNotFoundFault } from './api/fault.ts';
import {
  listChallenges,
  readPassword,
  requireChallenge,
  revokeChallenge,
} from './challenges/challenges.ts';
import { makeChallenge } from './challenges/make-challenge.ts';
import { rotateChallenge } from './challenges/rotate-challenge.ts';
import type { AdministeredConnector } from './connectors.ts';
import { listEnrolments } from './enrolments.ts';
import { toChallengeView } from './views.ts';

/** The dependencies of the admin operations. */
export interface AdministrationContext {
  /** `arn:<partition>:pca-connector-scep:<region>:<account>`. */
  readonly arnPrefix: string;
  readonly connectors: readonly AdministeredConnector[];
  readonly keysOf: (connector: AdministeredConnector) => Promise<AdminKeys>;
  readonly challenges: ChallengeRegister;
  readonly tokens: UsedTokens;
  readonly history: Pick<History, 'list'>;
  /** Logs an action and publishes its event; never throws, and takes a bounded time. */
  readonly audit: (acted: ChallengeActionRecord) => Promise<void>;
  readonly nowSeconds: () => number;
  readonly random: Random;
}

/** The context of an operation in one connector. */
export interface InConnector extends AdministrationContext {
  readonly connectorId: string;
  readonly connectorArn: string;
  readonly keys: () => Promise<AdminKeys>;
}

/**
 * The one implementation. An id of a connector that is not declared is a
 * `ResourceNotFoundException`.
 */
export function createAdministration(context: AdministrationContext): Administration {
  const view = (record: Parameters<typeof toChallengeView>[0]) =>
    toChallengeView(record, context.arnPrefix);
  const within = (connectorId: string): InConnector => inConnector(connectorId, context);
  return {
    connectors: () => context.connectors.map((one) => connectorViewOf(one, context.arnPrefix)),
    challenges: (connectorId, page) => listChallenges(within(connectorId), page),
    challenge: async (connectorId, challengeId) =>
      view(await requireChallenge(within(connectorId), challengeId)),
    create: async (connectorId, terms, who) => {
      refuseIntune(connectorId, context.connectors);
      const { record, password } = await makeChallenge(within(connectorId), terms, who);
      return { challenge: view(record), password };
    },
    password: (connectorId, challengeId, who) =>
      readPassword(within(connectorId), challengeId, who),
    rotate: async (connectorId, challengeId, terms, who) => {
      const rotation = { ...terms, challengeId, who };
      const { record, password } = await rotateChallenge(within(connectorId), rotation);
      return { challenge: view(record), password };
    },
    revoke: (connectorId, challengeId, who) =>
      revokeChallenge(within(connectorId), challengeId, who),
    enrolments: (connectorId, page) => listEnrolments(within(connectorId), page),
  };
}

/** An Intune connector accepts no challenge of ours, so one would be useless. */
function refuseIntune(connectorId: string, connectors: AdministrationContext['connectors']): void {
  if (connectors.find((one) => one.connectorId === connectorId)?.type === 'INTUNE')
    throw new AdminFault(
      'BadRequestException',
      'the challenges of this connector are made by Microsoft Intune, one for each device',
    );
}

function inConnector(connectorId: string, context: AdministrationContext): InConnector {
  const connector = context.connectors.find((one) => one.connectorId === connectorId);
  const connectorArn = toConnectorArn(context.arnPrefix, connectorId);
  if (connector === undefined) throw createNotFoundFault('Connector', connectorArn);
  return { ...context, connectorId, connectorArn, keys: () => context.keysOf(connector) };
}

const connectorViewOf = (
  {
    connectorId,
    scepUrl,
    certificateAuthorityArn,
    type = 'GENERAL_PURPOSE',
  }: AdministeredConnector,
  arnPrefix: string,
): ConnectorView => ({
  connectorArn: toConnectorArn(arnPrefix, connectorId),
  connectorId,
  scepUrl,
  certificateAuthorityArn,
  type,
});
