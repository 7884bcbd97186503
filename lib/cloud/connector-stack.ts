/** The nested stack of one connector. */
import { type CfnResource, NestedStack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { toPascalCase } from './pascal-case.ts';

/**
 * Creates the nested stack that holds a connector's resources. CloudFormation allows 500 resources
 * in a stack, and a connector has more than 50. Its logical id follows `connectorId`, so that
 * moving or renaming the construct keeps its keys.
 */
export function createConnectorStack(scope: Construct, connectorId: string): NestedStack {
  const stack = new NestedStack(scope, 'Stack', {
    description: `The SCEP connector "${connectorId}"`,
  });
  const resource = stack.nestedStackResource as CfnResource;
  resource.overrideLogicalId(`${toPascalCase(connectorId)}Connector`);
  return stack;
}
