/** What every function needs that administers challenges: the admin API, the console panel, schedules. */
import { Lazy, Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { AdministeredConnector } from '../../lambda/admin/connectors.ts';
import { eventEnvironment, mayTell } from './audit.ts';
import type { Connector } from './connector.ts';
import { type Ledger, mayListChallenges, mayUseAllItems } from './tables.ts';

/** The environment that lambda/handlers/administration.ts reads; the connectors may still be declared later. */
export const administrationEnvironment = (
  scope: Construct,
  { challenges, history }: Ledger,
  connectors: readonly AdministeredConnector[],
) => ({
  connectors: Lazy.string({ produce: () => Stack.of(scope).toJsonString(connectors) }),
  challengesTable: challenges.tableName,
  historyTable: history.tableName,
  ...eventEnvironment,
});

/** The rights it takes; those to read the connectors' keys come with each connector. */
export const mayAdminister = (ledger: Ledger): readonly PolicyStatement[] => [
  mayUseAllItems(ledger.challenges, 'GetItem', 'PutItem', 'UpdateItem'),
  mayListChallenges(ledger),
  mayUseAllItems(ledger.history, 'Query'),
  mayTell(),
];

/** A connector as the functions that serve admins know it. */
export const administered = (
  { connectorId, key, certificateAuthority, intune }: Connector,
  scepUrl: string,
): AdministeredConnector => ({
  connectorId,
  connectorKeySecret: key.secretArn,
  certificateAuthorityArn: certificateAuthority.certificateAuthorityArn,
  scepUrl,
  ...(intune && { type: 'INTUNE' }),
});
