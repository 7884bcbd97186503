import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { mayAsk } from './ca-permissions.ts';
import type { Connector } from './connector.ts';
import { handlerFunction } from './handler-function.ts';
import type { IntuneCredential } from './intune-credential.ts';
import { mayListRevocations, mayUseItems } from './tables.ts';

export interface IntuneRevocationProps extends Connector {
  readonly intune: IntuneCredential;
}

/** Every 15 minutes, a look at what Intune wants revoked (lambda/revocation). It cannot issue, and reads no challenge. */
export class IntuneRevocation extends Construct {
  /** Where the function that revokes writes what it did. */
  readonly log: ILogGroup;

  constructor(scope: Construct, id: string, props: IntuneRevocationProps) {
    super(scope, id);
    const { connectorId, connectorSettings, certificateAuthority, ledger, isBounded } = props;
    const revoke = handlerFunction(this, 'revoke-requested', {
      isBounded,
      description: `Revokes what Intune wants revoked of the SCEP connector "${connectorId}"`,
      environment: {
        connectorId,
        connectorSettings,
        enrolmentsTable: ledger.enrolments.tableName,
        certificateAuthority: certificateAuthority.certificateAuthorityArn,
      },
      may: [
        mayAsk(certificateAuthority, 'RevokeCertificate'),
        mayListRevocations(ledger, connectorId),
        mayUseItems(ledger.enrolments, connectorId, 'GetItem', 'UpdateItem'),
      ],
    });
    props.intune.letUse(revoke);
    new Rule(this, 'Schedule', {
      description: `Looks for revocations that Intune asks of the SCEP connector "${connectorId}"`,
      schedule: Schedule.rate(Duration.minutes(15)),
      targets: [new LambdaFunction(revoke)],
    });
    this.log = revoke.logGroup;
  }
}
