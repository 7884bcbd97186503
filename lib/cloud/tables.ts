/** The ledger: four tables for all connectors of a service, in which every key begins with `<connectorId>#`. */
import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  Table,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { revocationsOf, unsettledIndex } from '../../lambda/aws/unsettled-index.ts';

/** The index that challenges are listed by. */
const challengesIndex = 'byConnector';

/** What a list shows of a challenge: everything but its password, and who used it. */
export const listedAttributes = [
  'challengeId',
  'updatedAt',
  'name',
  'expiresAt',
  'revokedAt',
  'maxUses',
  'usesLeft',
  'constraints',
  'tags',
  'replacedBy',
] as const;

/** The four tables. DynamoDB encrypts them at rest; what is secret in them is sealed with a connector's key besides. */
export class Ledger extends Construct {
  readonly challenges: Table;
  readonly enrolments: Table;
  readonly envelopes: Table;
  /** How every request ended. */
  readonly history: Table;

  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id);
    this.challenges = ledgerTable(this, 'Challenges', props.removalPolicy);
    this.challenges.addGlobalSecondaryIndex({
      indexName: challengesIndex,
      partitionKey: { name: 'connectorId', type: AttributeType.STRING },
      sortKey: { name: 'createdAt', type: AttributeType.NUMBER },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...listedAttributes],
    });
    this.enrolments = ledgerTable(this, 'Enrolments', props.removalPolicy);
    // Holds an enrolment only while it is open: seconds, mostly.
    this.enrolments.addGlobalSecondaryIndex({
      indexName: unsettledIndex,
      partitionKey: { name: 'unsettledOf', type: AttributeType.STRING },
      sortKey: { name: 'lookAt', type: AttributeType.NUMBER },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['enrolmentId', 'generation', 'run'],
    });
    this.history = ledgerTable(this, 'History', props.removalPolicy, {
      partitionKey: { name: 'connectorDay', type: AttributeType.STRING },
      sortKey: { name: 'at', type: AttributeType.STRING },
    });
    // Only remembers which envelopes were seen, for as long as one could be replayed: nothing to keep.
    this.envelopes = ledgerTable(this, 'Envelopes', RemovalPolicy.DESTROY);
  }
}

const byId = { partitionKey: { name: 'id', type: AttributeType.STRING } };

function ledgerTable(
  scope: Construct,
  id: string,
  removalPolicy: RemovalPolicy,
  key: Pick<TableProps, 'partitionKey' | 'sortKey'> = byId,
): Table {
  return new Table(scope, id, {
    ...key,
    // Sweeps what has expired, days later: expiry itself is a condition in every read and write.
    timeToLiveAttribute: 'ttl',
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy,
  });
}

/** The calls we make: items by their key, one partition at most, never a scan and never a transaction. */
export type ItemAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'Query';

/** Lets a function use one connector's items of a table, and nobody else's. */
export function mayUseItems(
  table: ITable,
  connectorId: string,
  ...actions: readonly ItemAction[]
): PolicyStatement {
  return new PolicyStatement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${connectorId}#*`] } },
  });
}

/** Lets a function list one connector's enrolments that are not settled. */
export const mayListUnsettled = (ledger: Ledger, connectorId: string): PolicyStatement =>
  mayList(ledger, connectorId);

/** Lets a function list what Intune wants revoked of one connector. */
export const mayListRevocations = (ledger: Ledger, connectorId: string): PolicyStatement =>
  mayList(ledger, revocationsOf(connectorId));

/** One partition of the index of what is not done. */
function mayList({ enrolments }: Ledger, partition: string): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:Query'],
    resources: [`${enrolments.tableArn}/index/${unsettledIndex}`],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [partition] } },
  });
}

/** Lets the admin function use the items of every connector of its service. */
export function mayUseAllItems(table: ITable, ...actions: readonly ItemAction[]): PolicyStatement {
  return new PolicyStatement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
  });
}

/** Lets a function list the challenges of one connector. */
export const mayListChallengesOf = (ledger: Ledger, connectorId: string): PolicyStatement =>
  new PolicyStatement({
    actions: ['dynamodb:Query'],
    resources: [`${ledger.challenges.tableArn}/index/${challengesIndex}`],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [connectorId] } },
  });

/** Lets the admin function list the challenges of every connector of its service. */
export const mayListChallenges = ({ challenges }: Ledger): PolicyStatement =>
  new PolicyStatement({
    actions: ['dynamodb:Query'],
    resources: [`${challenges.tableArn}/index/${challengesIndex}`],
  });
