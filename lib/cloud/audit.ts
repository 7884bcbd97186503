/** Where it is recorded how requests ended and what admins did, and who may write there. */
import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { eventSource } from '../../lambda/audit/events.ts';
import { type Ledger, mayUseItems } from './tables.ts';

/** The account's default bus: every rule of AWS's own events is there already. */
const busArn = `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:event-bus/default`;

/** What every function that tells of something is told. */
export const eventEnvironment = {
  eventBus: busArn,
  arnPrefix: `arn:${Aws.PARTITION}:pca-connector-scep:${Aws.REGION}:${Aws.ACCOUNT_ID}`,
};

/** Lets a function put events of ours on the default bus, in nobody else's name. */
export const mayTell = (): PolicyStatement =>
  new PolicyStatement({
    actions: ['events:PutEvents'],
    resources: [busArn],
    conditions: { StringEquals: { 'events:source': eventSource } },
  });

/** Lets a function record one connector's endings; it cannot read them. */
export const mayRecord = ({ history }: Ledger, connectorId: string): PolicyStatement =>
  mayUseItems(history, connectorId, 'PutItem');
