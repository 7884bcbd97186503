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

/**
 * What each function may do, by its construct's path below the stack:
 * `connector-default/Issuance/Tasks/Issue`.
 */
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

/** The construct's path below the stack, without the nested stack of a connector. */
export function pathOf(resource: Resource): string {
  return resource.Metadata['aws:cdk:path']
    .replace(/^(Test\/connector-[^/]+|ScepConnector\/[^/]+Connector)\/Stack\//, '$1/')
    .split('/')
    .slice(1, -1)
    .join('/');
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

/**
 * What each function may do, one line per action, resource and condition, in short words:
 * `dynamodb:PutItem Tables/Certificates LeadingKeys(default#progress#*)`.
 */
export function rightsOf(template: Template): Record<string, readonly string[]> {
  const rights = Object.entries(functionStatements(template)).map(([name, statements]) => [
    name,
    statements.flatMap((statement) => linesOf(statement, name, template)).toSorted(),
  ]);
  return Object.fromEntries(rights);
}

const linesOf = (
  { Action, Resource, Condition = {} }: Statement,
  name: string,
  template: Template,
): readonly string[] =>
  Action.flatMap((action) =>
    Resource.map((resource) =>
      [action, shortName(resource, name, template), ...conditionsOf(Condition)].join(' '),
    ),
  );

/** `LeadingKeys(a, b)`: the operator is pinned by a test of its own. */
const conditionsOf = (condition: NonNullable<Statement['Condition']>): readonly string[] =>
  Object.values(condition)
    .flatMap(Object.entries)
    .map(([key, values]) => {
      const texts = [values].flat().map((value) => (typeof value === 'string' ? value : 'ARN'));
      return `${key.slice(key.indexOf(':') + 1)}(${texts.join(', ')})`;
    });

/** A resource by its path; `own/Log` for the log of the function itself. */
function shortName(resource: unknown, name: string, template: Template): string {
  if (typeof resource === 'string') return resource;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = resource as Record<string, unknown>;
  if (Array.isArray(join))
    return join[1].map((part: unknown) => shortName(part, name, template)).join('');
  const logicalId = Array.isArray(attribute) ? attribute[0] : String(Ref);
  const found = template.toJSON().Resources[logicalId];
  if (found === undefined) return logicalId;
  return pathOf(found).replace(`${name}/`, 'own/').replace('Service/Tables', 'Tables');
}
