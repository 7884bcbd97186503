import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { eventEnvironment, grantPutEvents } from './audit.ts';
import { grantCalls, grantIssue } from './ca-grants.ts';
import type { ConnectorResources } from './connector.ts';
import { grantRead } from './connector-secrets.ts';
import { createHandlerFunction } from './handler-function.ts';
import { serviceKeys, toKeyPatterns } from './key-patterns.ts';
import { grantItems } from './table-grants.ts';

export interface CertifyFunctionProps extends ConnectorResources {
  /** Reserved concurrency; if omitted, the function uses the account's pool. */
  readonly reservedConcurrency?: number;
}

/**
 * Creates the function that issues. Only the state machine invokes it, and it issues only sealed
 * Grants.
 */
export function createCertifyFunction(
  scope: Construct,
  props: CertifyFunctionProps,
): LambdaFunction {
  const { connectorId, certificateAuthority, secrets, tables, reservedConcurrency } = props;
  const certify = createHandlerFunction(scope, 'certify', {
    description: `Issues certificates that the SCEP connector "${connectorId}" granted`,
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
    environment: {
      connectorId,
      connectorSettings: props.connectorSettings,
      certificateAuthority: certificateAuthority.certificateAuthorityArn,
      certificatesPerSecond: String(props.certificatesPerSecond),
      challengesTable: tables.challenges.tableName,
      enrolmentsTable: tables.enrolments.tableName,
      certificatesTable: tables.certificates.tableName,
      ...eventEnvironment,
      lookupSecret: secrets.lookup.secretArn,
      issuanceSecret: secrets.issuance.secretArn,
    },
  });
  grantIssue(certify, certificateAuthority);
  grantCalls(certify, certificateAuthority, 'GetCertificate');
  grantRead(certify, secrets.lookup, secrets.issuance);
  grantSettling(certify, props);
  grantPutEvents(certify);
  props.intune?.grantUse(certify);
  return certify;
}

/**
 * Lets Certify store progress and serial records, take turns, settle attempts, and return uses of
 * challenges.
 */
function grantSettling(
  certify: IGrantable,
  { connectorId, tables, intune }: CertifyFunctionProps,
): void {
  const { all, rows, progress, serials } = toKeyPatterns(connectorId);
  const { rateLimiter } = serviceKeys;
  grantItems(certify, tables.enrolments, [rows], 'BatchGetItem', 'UpdateItem');
  grantItems(certify, tables.certificates, [progress, rateLimiter], 'BatchGetItem');
  grantItems(certify, tables.certificates, [progress], 'PutItem');
  grantItems(certify, tables.certificates, [progress, serials, rateLimiter], 'UpdateItem');
  // Intune's challenges have no uses to return.
  if (!intune) grantItems(certify, tables.challenges, [all], 'UpdateItem');
}
