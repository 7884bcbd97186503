/** The one implementation of `Administration`. */
import type { AdministeredConnector } from './administered-connector.ts';
import type { Administration } from './administration.ts';
import { AdminFault } from './api/fault.ts';
import {
  listChallenges,
  readPassword,
  requireChallenge,
  revokeChallenge,
} from './challenges/challenges.ts';
import { makeChallenge } from './challenges/make-challenge.ts';
import { rotateChallenge } from './challenges/rotate-challenge.ts';
import { type ConnectorContext, selectConnector } from './connector-context.ts';
import type { AdministrationContext } from './context.ts';
import { listEnrolments } from './list-enrolments.ts';
import { toChallengeView, toConnectorView } from './to-views.ts';

/**
 * Creates the admin operations. Each throws `ResourceNotFoundException` for the id of a connector
 * that is not declared.
 */
export function createAdministration(context: AdministrationContext): Administration {
  const { arnPrefix, connectors } = context;
  const toView = (record: Parameters<typeof toChallengeView>[0]) =>
    toChallengeView(record, arnPrefix);
  const within = (connectorId: string): ConnectorContext => selectConnector(connectorId, context);
  return {
    listConnectors: () => connectors.map((connector) => toConnectorView(connector, arnPrefix)),
    listChallenges: (connectorId, page) => listChallenges(within(connectorId), page),
    getChallenge: async (connectorId, challengeId) =>
      toView(await requireChallenge(within(connectorId), challengeId)),
    createChallenge: async (connectorId, terms, who) => {
      refuseIntune(connectorId, connectors);
      const { record, password } = await makeChallenge(within(connectorId), terms, who);
      return { challenge: toView(record), password };
    },
    readPassword: (connectorId, challengeId, who) =>
      readPassword(within(connectorId), challengeId, who),
    rotateChallenge: async (connectorId, challengeId, terms, who) => {
      const rotation = { ...terms, challengeId, who };
      const { record, password } = await rotateChallenge(within(connectorId), rotation);
      return { challenge: toView(record), password };
    },
    revokeChallenge: (connectorId, challengeId, who) =>
      revokeChallenge(within(connectorId), challengeId, who),
    listEnrolments: (connectorId, page) => listEnrolments(within(connectorId), page),
  };
}

/** An Intune connector accepts Intune's challenges only, so one of ours would never work. */
function refuseIntune(connectorId: string, connectors: readonly AdministeredConnector[]): void {
  if (connectors.find((one) => one.connectorId === connectorId)?.type === 'INTUNE')
    throw new AdminFault(
      'BadRequestException',
      'Microsoft Intune makes the challenges of this connector, one for each device',
    );
}
