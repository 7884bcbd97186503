import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { eventEnvironment, grantPutEvents } from './audit.ts';
import type { ConnectorResources } from './connector.ts';
import { grantRead } from './connector-secrets.ts';
import { createHandlerFunction } from './handler-function.ts';
import { grantStart } from './issuance-role.ts';
import { serviceKeys, toKeyPatterns } from './key-patterns.ts';
import { grantItems } from './table-grants.ts';

export interface ScepFunctionProps extends ConnectorResources {
  /** The secret of the RA identity. */
  readonly raSecret: ISecret;
  readonly stateMachine: IStateMachine;
}

/**
 * Creates the function that devices call. It decides and starts an attempt, and it has no
 * permission on the CA.
 */
export function createScepFunction(scope: Construct, props: ScepFunctionProps): LambdaFunction {
  const { connectorId, tables, secrets, raSecret, stateMachine } = props;
  const scep = createHandlerFunction(scope, 'scep', {
    description: `Answers the devices of the SCEP connector "${connectorId}"`,
    environment: {
      connectorId,
      connectorSettings: props.connectorSettings,
      challengesTable: tables.challenges.tableName,
      enrolmentsTable: tables.enrolments.tableName,
      certificatesTable: tables.certificates.tableName,
      envelopesTable: tables.envelopes.tableName,
      refusalsTable: tables.refusals.tableName,
      // Events name the CA; this function cannot call it.
      certificateAuthority: props.certificateAuthority.certificateAuthorityArn,
      ...eventEnvironment,
      lookupSecret: secrets.lookup.secretArn,
      issuanceSecret: secrets.issuance.secretArn,
      raSecret: raSecret.secretArn,
      issuanceStateMachine: stateMachine.stateMachineArn,
    },
  });
  grantRead(scep, secrets.lookup, secrets.issuance, raSecret);
  grantEnrolling(scep, props);
  grantPutEvents(scep);
  grantStart(scep, stateMachine);
  props.intune?.grantUse(scep);
  return scep;
}

/**
 * Lets the scep function read stored facts, claim, bind transactions, count, and record refusals.
 * The function only reads certificates.
 */
function grantEnrolling(
  scep: IGrantable,
  { connectorId, tables, intune }: ScepFunctionProps,
): void {
  const { all, rows, transactions, progress, verdicts } = toKeyPatterns(connectorId);
  // Intune validates its own challenges.
  if (intune) grantItems(scep, tables.enrolments, [verdicts], 'GetItem', 'UpdateItem');
  else grantItems(scep, tables.challenges, [all], 'BatchGetItem', 'UpdateItem');
  grantItems(scep, tables.enrolments, [rows], 'BatchGetItem', 'PutItem');
  grantItems(scep, tables.enrolments, [transactions], 'GetItem', 'PutItem');
  grantItems(scep, tables.certificates, [progress, serviceKeys.rateLimiter], 'BatchGetItem');
  grantItems(scep, tables.envelopes, [all], 'GetItem', 'PutItem', 'UpdateItem');
  grantItems(scep, tables.refusals, [all], 'PutItem', 'UpdateItem');
}
