/** A connector's Revoke function, and the rule that starts it. */
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { eventSource } from '../../lambda/audit/events.ts';
import { withheldDetailType } from '../../lambda/audit/settlement.ts';
import { dueIndex } from '../../lambda/aws/enrolment-keys.ts';
import { grantCalls } from './ca-grants.ts';
import type { ConnectorResources } from './connector.ts';
import { createHandlerFunction } from './handler-function.ts';
import { toKeyPatterns } from './key-patterns.ts';
import { grantItems, grantQueryAll } from './table-grants.ts';

/**
 * Revokes withheld certificates, and on an Intune connector those that Intune requests to revoke.
 * It runs every 15 minutes, and at once when Certify reports a withheld certificate. It cannot
 * issue. It reads no challenge and no key of a Grant.
 */
export class Revocation extends Construct {
  readonly revoke: LambdaFunction;

  constructor(scope: Construct, id: string, props: ConnectorResources) {
    super(scope, id);
    const { connectorId, connectorSettings, certificateAuthority, tables, intune } = props;
    this.revoke = createHandlerFunction(this, 'revoke', {
      description: `Revokes certificates of the SCEP connector "${connectorId}" that must not be used`,
      environment: {
        connectorId,
        connectorSettings,
        certificateAuthority: certificateAuthority.certificateAuthorityArn,
        enrolmentsTable: tables.enrolments.tableName,
        certificatesTable: tables.certificates.tableName,
      },
    });
    grantCalls(this.revoke, certificateAuthority, 'RevokeCertificate');
    grantWithheld(this.revoke, props);
    if (intune) {
      grantRequested(this.revoke, props);
      intune.grantUse(this.revoke);
    }
    // One rule serves both: EventBridge runs it on the schedule and on every event that matches.
    new Rule(this, 'Rule', {
      description: `Revokes certificates of the SCEP connector "${connectorId}"`,
      schedule: Schedule.rate(Duration.minutes(15)),
      eventPattern: {
        source: [eventSource],
        detailType: [withheldDetailType],
        detail: { connectorId: [connectorId] },
      },
      targets: [new LambdaTarget(this.revoke)],
    });
  }
}

/**
 * Lets the Revoke function read the rows and serial records of withheld certificates, and mark both
 * as revoked.
 */
function grantWithheld(revoke: IGrantable, { connectorId, tables }: ConnectorResources): void {
  const { rows, serials } = toKeyPatterns(connectorId);
  grantQueryAll(revoke, tables.enrolments, dueIndex);
  grantItems(revoke, tables.enrolments, [rows], 'BatchGetItem', 'UpdateItem');
  grantItems(revoke, tables.certificates, [serials], 'BatchGetItem', 'UpdateItem');
}

/** Lets the Revoke function store Intune's requests, and find certificates by serial number. */
function grantRequested(revoke: IGrantable, { connectorId, tables }: ConnectorResources): void {
  const { revocations, serials } = toKeyPatterns(connectorId);
  grantItems(revoke, tables.enrolments, [revocations], 'GetItem', 'UpdateItem');
  grantItems(revoke, tables.certificates, [serials], 'GetItem');
}
