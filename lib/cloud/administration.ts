/**
 * The environment and grants of every function that administers challenges: the admin API, the
 * console panel, the NDES page and the schedules.
 */
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { AdministeredConnector } from '../../lambda/admin/administered-connector.ts';
import { byDayIndex } from '../../lambda/aws/enrolment-keys.ts';
import { challengesIndex } from '../../lambda/aws/index-attributes.ts';
import { eventEnvironment, grantPutEvents } from './audit.ts';
import type { ConnectorResources } from './connector.ts';
import { grantRead } from './connector-secrets.ts';
import { grantAllItems, grantQueryAll } from './table-grants.ts';
import type { ServiceTables } from './tables.ts';

/** The environment that lambda/handlers/administration.ts reads. */
export const buildAdministrationEnvironment = ({
  challenges,
  enrolments,
  refusals,
}: ServiceTables) => ({
  challengesTable: challenges.tableName,
  enrolmentsTable: enrolments.tableName,
  refusalsTable: refusals.tableName,
  ...eventEnvironment,
});

/**
 * Lets a function administer every connector's challenges and read history. `grantAdminKeys` adds
 * each connector's keys.
 */
export function grantAdministration(grantee: IGrantable, tables: ServiceTables): void {
  grantAllItems(grantee, tables.challenges, 'GetItem', 'PutItem', 'UpdateItem');
  grantQueryAll(grantee, tables.challenges, challengesIndex);
  grantQueryAll(grantee, tables.enrolments, byDayIndex);
  grantQueryAll(grantee, tables.refusals);
  grantPutEvents(grantee);
}

/**
 * Lets a function read the two secrets that the admin keys are derived from, but not the one that
 * seals Grants.
 */
export const grantAdminKeys = (
  grantee: IGrantable,
  { secrets }: Pick<ConnectorResources, 'secrets'>,
): void => grantRead(grantee, secrets.lookup, secrets.admin);

/** A connector as the functions that administer challenges know it. */
export const toAdministeredConnector = (
  { connectorId, secrets, certificateAuthority, intune }: ConnectorResources,
  scepUrl: string,
): AdministeredConnector => ({
  connectorId,
  lookupSecret: secrets.lookup.secretArn,
  adminSecret: secrets.admin.secretArn,
  certificateAuthorityArn: certificateAuthority.certificateAuthorityArn,
  scepUrl,
  ...(intune && { type: 'INTUNE' }),
});
