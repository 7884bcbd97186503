/**
 * The tables of a service. In every table, a connector's items have keys that begin with
 * `<connectorId>#`.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { byDayIndex, dueIndex } from '../../lambda/aws/enrolment-keys.ts';
import {
  byDayAttributes,
  challengeAttributes,
  challengesIndex,
  dueAttributes,
} from '../../lambda/aws/index-attributes.ts';
import { fixLogicalId } from './logical-id.ts';

/** What becomes of the tables. */
export interface TablesProps {
  readonly removalPolicy: RemovalPolicy;
  /** Whether a table refuses to be deleted. */
  readonly deletionProtection: boolean;
  /** The first part of the tables' logical ids. */
  readonly serviceId: string;
}

/**
 * The five tables. DynamoDB encrypts them at rest, and a connector's keys also seal the secret
 * values in them. Different roles write `certificates` and `enrolments`, so that write access to
 * one of them issues nothing.
 */
export class ServiceTables extends Construct {
  readonly challenges: Table;
  /** Attempts with their decisions and settlements. */
  readonly enrolments: Table;
  /**
   * Progress records, certificates by serial number, the rate limiter, and the dispatcher's lease.
   */
  readonly certificates: Table;
  /** The replay guard and the counters of failed decryptions. */
  readonly envelopes: Table;
  /** Requests that were refused without a Grant. */
  readonly refusals: Table;

  constructor(scope: Construct, id: string, { serviceId, ...props }: TablesProps) {
    super(scope, id);
    this.challenges = expiringTable(this, 'Challenges', props);
    this.challenges.addGlobalSecondaryIndex({
      indexName: challengesIndex,
      partitionKey: { name: 'connectorId', type: AttributeType.STRING },
      sortKey: { name: 'createdAt', type: AttributeType.NUMBER },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...challengeAttributes],
    });
    this.enrolments = expiringTable(this, 'Enrolments', props);
    this.enrolments.addGlobalSecondaryIndex({
      indexName: dueIndex,
      partitionKey: { name: 'duePartition', type: AttributeType.STRING },
      sortKey: { name: 'dueAt', type: AttributeType.NUMBER },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...dueAttributes],
    });
    this.enrolments.addGlobalSecondaryIndex({
      indexName: byDayIndex,
      ...byDay,
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...byDayAttributes],
    });
    this.certificates = expiringTable(this, 'Certificates', props);
    this.refusals = expiringTable(this, 'Refusals', props, byDay);
    // It stores envelopes only as long as they can be replayed, so a backup is useless.
    this.envelopes = expiringTable(this, 'Envelopes', {
      removalPolicy: RemovalPolicy.DESTROY,
      deletionProtection: false,
    });
    const { challenges, enrolments, certificates, refusals, envelopes } = this;
    for (const table of [challenges, enrolments, certificates, refusals, envelopes])
      fixLogicalId(table, `${serviceId}${table.node.id}`);
  }
}

const byId = { partitionKey: { name: 'id', type: AttributeType.STRING } };

const byDay = {
  partitionKey: { name: 'connectorDay', type: AttributeType.STRING },
  sortKey: { name: 'endedAt', type: AttributeType.STRING },
};

function expiringTable(
  scope: Construct,
  id: string,
  { removalPolicy, deletionProtection }: Omit<TablesProps, 'serviceId'>,
  key: Pick<TableProps, 'partitionKey' | 'sortKey'> = byId,
): Table {
  return new Table(scope, id, {
    ...key,
    // DynamoDB removes expired items days late, so every read and write has its own condition on
    // the expiry.
    timeToLiveAttribute: 'ttl',
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy,
    deletionProtection,
  });
}
