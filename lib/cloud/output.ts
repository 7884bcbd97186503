import { CfnOutput, type NestedStack, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Adds an output to the app's stack, which prints it, and not to a nested stack. */
export function createOutput(scope: Construct, name: string, value: string): void {
  let stack: Stack = Stack.of(scope);
  while ((stack as NestedStack).nestedStackParent !== undefined)
    stack = (stack as NestedStack).nestedStackParent as Stack;
  new CfnOutput(stack, name, { value });
}
