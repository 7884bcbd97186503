/** The role of the issuance state machine, and the grant to start it. */
import { Aws, Validations } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/**
 * The delivery of a state machine's log. These actions accept no resource (AWS Step Functions
 * developer guide, logging to CloudWatch Logs).
 */
const deliveryActions = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];

/**
 * Step Functions documents both conditions against the confused deputy. The state machine's name
 * does not exist before its role, so the ARN ends in a wildcard, as in AWS's example.
 */
const onlyOwnStateMachines = {
  StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
  ArnLike: {
    'aws:SourceArn': `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:stateMachine:*`,
  },
};

/** Creates the issuance state machine's role, which may invoke Certify and deliver its log. */
export function createIssuanceRole(scope: Construct, certify: IFunction): Role {
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('states.amazonaws.com', { conditions: onlyOwnStateMachines }),
  });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: [certify.functionArn],
    }),
  );
  role.addToPolicy(new PolicyStatement({ actions: deliveryActions, resources: ['*'] }));
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'Log delivery has no resources to name; AWS documents "*" for it.',
  });
  return role;
}

/** Lets a function start executions of one state machine. */
export const grantStart = (
  { grantPrincipal }: IGrantable,
  { stateMachineArn }: Pick<IStateMachine, 'stateMachineArn'>,
): void => {
  grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachineArn] }),
  );
};
