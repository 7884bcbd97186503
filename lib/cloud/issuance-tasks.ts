/** The tasks of issuance: what each function knows and may do. None of them can do another's part. */
import { Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { eventEnvironment, mayRecord, mayTell } from './audit.ts';
import { mayAsk, mayIssue } from './ca-permissions.ts';
import type { Connector } from './connector.ts';
import { mayRead } from './connector-key.ts';
import { handlerFunction } from './handler-function.ts';
import type { IntuneCredential } from './intune-credential.ts';
import { mayUseItems } from './tables.ts';

/** CloudTrail's event history is the account's, and has no resource that a policy could name. */
const mayLookUpEvents = new PolicyStatement({
  actions: ['cloudtrail:LookupEvents'],
  resources: ['*'],
});

/** Makes the functions, one for each task of the state machine. */
export function issuanceTasks(scope: Construct, connector: Connector) {
  const { connectorId, connectorSettings, key, ledger, isBounded } = connector;
  const authority = connector.certificateAuthority;
  const connectorKeySecret = key.secretArn;
  const certificateAuthority = authority.certificateAuthorityArn;
  const enrolmentsTable = ledger.enrolments.tableName;
  const challengesTable = ledger.challenges.tableName;
  const find = handlerFunction(scope, 'find', {
    isBounded,
    description: 'Looks whether a certificate was made whose ARN never came',
    environment: { connectorId, enrolmentsTable, certificateAuthority },
    may: [mayLookUpEvents, mayUseItems(ledger.enrolments, connectorId, 'GetItem', 'UpdateItem')],
  });
  if (find.role)
    Validations.of(find.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: "The event history of CloudTrail is the account's: there is no resource to name.",
    });
  return {
    find,
    issue: handlerFunction(scope, 'issue', {
      isBounded,
      description: 'Asks the CA for the certificate that was granted',
      environment: {
        connectorId,
        connectorSettings,
        enrolmentsTable,
        connectorKeySecret,
        certificateAuthority,
      },
      may: [
        mayIssue(authority),
        mayRead(key),
        mayUseItems(ledger.enrolments, connectorId, 'GetItem', 'UpdateItem'),
      ],
    }),
    collect: handlerFunction(scope, 'collect', {
      isBounded,
      description: 'Looks whether the CA has the certificate ready',
      environment: { certificateAuthority },
      may: [mayAsk(authority, 'GetCertificate')],
    }),
    lint: handlerFunction(scope, 'lint', {
      isBounded,
      description:
        'Compares the certificate with what was granted, and revokes it if it is another',
      environment: { connectorId, enrolmentsTable, connectorKeySecret, certificateAuthority },
      may: [
        mayAsk(authority, 'RevokeCertificate'),
        mayRead(key),
        mayUseItems(ledger.enrolments, connectorId, 'GetItem'),
      ],
    }),
    settle: handlerFunction(scope, 'settle', {
      isBounded,
      description: 'Records the outcome, and uses or releases the challenge',
      environment: {
        connectorId,
        enrolmentsTable,
        challengesTable,
        historyTable: ledger.history.tableName,
        connectorKeySecret,
        certificateAuthority,
        ...eventEnvironment,
      },
      may: [
        mayRead(key),
        mayUseItems(ledger.enrolments, connectorId, 'GetItem', 'UpdateItem'),
        mayUseItems(ledger.challenges, connectorId, 'GetItem', 'UpdateItem'),
        mayRecord(ledger, connectorId),
        mayTell(),
      ],
    }),
    ...(connector.intune && { notify: notifyTask(scope, connector, connector.intune) }),
  } satisfies Record<string, LambdaFunction>;
}

/** Intune answers in a second or so; three of them, so that it is not what a storm waits for. */
const notifySeconds = 3;

/** Of an Intune connector alone. */
function notifyTask(
  scope: Construct,
  connector: Connector,
  intune: IntuneCredential,
): LambdaFunction {
  const { connectorId, connectorSettings, key, ledger, isBounded } = connector;
  const authority = connector.certificateAuthority;
  const notify = handlerFunction(scope, 'notify', {
    isBounded,
    atOnce: Math.ceil(connector.certificatesPerSecond * notifySeconds),
    description: 'Tells Intune what became of a request, and revokes what Intune will not know of',
    environment: {
      connectorId,
      connectorSettings,
      enrolmentsTable: ledger.enrolments.tableName,
      connectorKeySecret: key.secretArn,
      certificateAuthority: authority.certificateAuthorityArn,
    },
    may: [
      mayAsk(authority, 'RevokeCertificate'),
      mayRead(key),
      mayUseItems(ledger.enrolments, connectorId, 'GetItem', 'UpdateItem'),
    ],
  });
  intune.letUse(notify);
  return notify;
}
