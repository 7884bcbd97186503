/** Who may do what in a template. */
import type { Template } from 'aws-cdk-lib/assertions';

/** A resource of a template, as loosely typed as the assertions have it. */
export type Resource = ReturnType<Template['findResources']>[string];

/** A statement of a policy, with one-element lists always as lists. */
export interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly unknown[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What each function may do, by its construct's path below the stack: `connector-default/Issuance/Tasks/Issue`. */
export function functionStatements(template: Template): Record<string, readonly Statement[]> {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  return Object.fromEntries(
    functions.map((each) => [
      pathOf(each).replace(/\/Function$/, ''),
      statementsOfRole(template, each.Properties.Role['Fn::GetAtt'][0]),
    ]),
  );
}

/** Every statement of every policy. */
export function allStatements(template: Template): readonly Statement[] {
  return Object.values(template.findResources('AWS::IAM::Policy')).flatMap(statementsOf);
}

/** The construct's path below the stack. */
export function pathOf(resource: Resource): string {
  return resource.Metadata['aws:cdk:path'].split('/').slice(1, -1).join('/');
}

function statementsOfRole(template: Template, role: string): readonly Statement[] {
  return Object.values(template.findResources('AWS::IAM::Policy'))
    .filter((policy) => policy.Properties.Roles.some((each: { Ref: string }) => each.Ref === role))
    .flatMap(statementsOf);
}

function statementsOf(policy: Resource): readonly Statement[] {
  return policy.Properties.PolicyDocument.Statement.map((statement: Statement) => ({
    ...statement,
    Action: [statement.Action].flat(),
    Resource: [statement.Resource].flat(),
  }));
}
