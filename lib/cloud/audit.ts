/** The destination of audit events, and the permission to publish them. */
import { Aws } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { eventSource } from '../../lambda/audit/events.ts';

/** The account's default bus, which also carries AWS's own events. */
const busArn = `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:event-bus/default`;

/** The environment of every function that publishes events. */
export const eventEnvironment = {
  eventBus: busArn,
  arnPrefix: `arn:${Aws.PARTITION}:pca-connector-scep:${Aws.REGION}:${Aws.ACCOUNT_ID}`,
};

/** Lets a function publish events, restricted to this project's event source. */
export const grantPutEvents = ({ grantPrincipal }: IGrantable): void => {
  grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [busArn],
      conditions: { StringEquals: { 'events:source': eventSource } },
    }),
  );
};
