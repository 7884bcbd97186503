import type { CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Gives a stateful resource a logical id of its own. CDK derives one from the construct's place in
 * the app, so moving or renaming a construct would replace the resource and lose its content.
 */
export function fixLogicalId(construct: Construct, logicalId: string): void {
  (construct.node.defaultChild as CfnResource).overrideLogicalId(logicalId);
}
