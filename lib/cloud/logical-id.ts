import type { CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DeclarationError, type DeclarationFault } from './declaration-error.ts';

/**
 * Gives a stateful resource a logical id of its own. CDK derives one from the construct's place in
 * the app, so moving or renaming a construct would replace the resource and lose its content.
 */
export function fixLogicalId(construct: Construct, logicalId: string): void {
  (construct.node.defaultChild as CfnResource).overrideLogicalId(logicalId);
}

/** Refuses a declared first part of logical ids that CloudFormation would not accept in one. */
export function refuseBadPrefix(name: string, prefix: string, code: DeclarationFault): void {
  if (/^[A-Za-z][A-Za-z0-9]{0,39}$/.test(prefix)) return;
  throw new DeclarationError(
    code,
    `${name} is "${prefix}". It must be 1 to 40 letters and digits and begin with a letter, because logical ids contain it.`,
  );
}
