import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { eventEnvironment, mayRecord, mayTell } from './audit.ts';
import type { Connector } from './connector.ts';
import { mayRead } from './connector-key.ts';
import { handlerFunction } from './handler-function.ts';
import type { RaIdentity } from './ra-identity.ts';
import { mayUseItems } from './tables.ts';

export interface ScepFunctionProps extends Connector {
  readonly ra: RaIdentity;
  readonly stateMachine: IStateMachine;
}

/**
 * Twice the four seconds that a device is held while its certificate is made. So more devices come in a second than the CA
 * serves, the queue shows at the turnstile, and from then on they hear PENDING at once. With fewer (50, at 25 a second) the held
 * functions were the queue: 10,000 devices took twice as long (npm run simulate -- --storm).
 */
const heldSeconds = 8;

/** The function devices talk to. It decides and then starts an execution: it has no right to the CA at all. */
export function scepFunction(scope: Construct, props: ScepFunctionProps): LambdaFunction {
  const {
    connectorId,
    connectorSettings,
    ledger,
    key,
    ra,
    stateMachine,
    isBounded,
    certificatesPerSecond,
    certificateAuthority,
    intune,
  } = props;
  const scep = handlerFunction(scope, 'scep', {
    isBounded,
    atOnce: Math.ceil(certificatesPerSecond * heldSeconds),
    description: `Answers the devices of the SCEP connector "${connectorId}"`,
    environment: {
      connectorId,
      connectorSettings,
      challengesTable: ledger.challenges.tableName,
      enrolmentsTable: ledger.enrolments.tableName,
      envelopesTable: ledger.envelopes.tableName,
      historyTable: ledger.history.tableName,
      // Only a name, to tell of it: this function has no right to the CA at all.
      certificateAuthority: certificateAuthority.certificateAuthorityArn,
      ...eventEnvironment,
      connectorKeySecret: key.secretArn,
      raSecret: ra.secret.secretArn,
      issuanceStateMachine: stateMachine.stateMachineArn,
    },
    may: [
      mayRead(key),
      mayRead(ra.secret),
      mayUseItems(ledger.challenges, connectorId, 'GetItem', 'UpdateItem'),
      mayUseItems(ledger.enrolments, connectorId, 'GetItem', 'PutItem'),
      mayUseItems(ledger.envelopes, connectorId, 'GetItem', 'PutItem', 'UpdateItem'),
      mayRecord(ledger, connectorId),
      mayTell(),
      new PolicyStatement({
        actions: ['states:StartExecution'],
        resources: [stateMachine.stateMachineArn],
      }),
    ],
  });
  intune?.letUse(scep);
  return scep;
}
