/** The parts of a synthesized CloudFormation template that the local runner reads. */

/** One resource with unresolved properties. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
}

/** A template: resources and outputs by logical id. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** The account, the Region and the stack that the app runs in. */
export const pseudoParameters = {
  'AWS::AccountId': '000000000000',
  'AWS::Region': 'us-east-1',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackId':
    'arn:aws:cloudformation:us-east-1:000000000000:stack/local/00000000-0000-4000-8000-000000000000',
} as const;

/**
 * Refuses a template with parts that the local runner does not model. Each fault names its place.
 */
export class NotModelledError extends Error {
  constructor(...faults: readonly string[]) {
    super(`npm start does not model\n  ${faults.join('\n  ')}`);
    this.name = 'NotModelledError';
  }
}
