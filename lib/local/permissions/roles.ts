/** The roles of a template, with the statements of every policy that is attached to them. */
import type { Resource, Resources } from '../template/resources.ts';
import { NotModelledError, pseudoParameters } from '../template/template.ts';
import type { AccessRequest } from './access-request.ts';
import { readStatement, type Statement } from './statement.ts';
import { readTrust, type Trust } from './trust.ts';

/** A role. Statements count from 0: those of its own policies first, then those of the policies that name it. */
export interface Role {
  readonly logicalId: string;
  readonly arn: string;
  readonly name: string;
  readonly statements: readonly Statement[];
  /** Whether the trust policy lets a service assume the role on behalf of a resource. */
  readonly trusts: Trust;
}

/** A statement to take away: a test does so to see what fails without it. */
export interface StatementReference {
  /** The logical id. */
  readonly role: string;
  readonly statementIndex: number;
}

/** The roles by ARN. */
export type Roles = ReadonlyMap<string, Role>;

/** Reads all roles; refuses whatever in a policy is not modelled, and a `without` that is not there. */
export const readRoles = (resources: Resources, without?: StatementReference): Roles => {
  const policies = resources.ofType('AWS::IAM::Policy');
  const roles = resources
    .ofType('AWS::IAM::Role')
    .map((role) => withoutStatement(readRole(role, policies), without));
  if (without && !roles.some(({ logicalId }) => logicalId === without.role))
    throw new Error(`no role is called ${without.role}`);
  return new Map(roles.map((role) => [role.arn, role]));
};

/** Denied by default: one statement of the role has to allow the request. */
export const isAllowed = ({ statements }: Role, request: AccessRequest): boolean =>
  statements.some(({ allows }) => allows(request));

const readRole = (role: Resource, policies: readonly Resource[]): Role => {
  const { logicalId, arn, physicalName, reference, properties, where } = role;
  const { ManagedPolicyArns, AssumeRolePolicyDocument, Policies = [] } = properties;
  if (ManagedPolicyArns !== undefined) throw new NotModelledError(`${where}: managed policies`);
  const own = (Policies as readonly { readonly PolicyDocument: unknown }[]).map(
    ({ PolicyDocument }) => ({ document: PolicyDocument, place: where }),
  );
  const attached = policies
    .filter((policy) => [policy.properties.Roles].flat().includes(reference))
    .map((policy) => ({ document: policy.properties.PolicyDocument, place: policy.where }));
  const statements = [...own, ...attached].flatMap(({ document, place }) =>
    statementsOf(document).map((statement) => named(place, () => readStatement(statement))),
  );
  const trusts = named(where, () => readTrust(statementsOf(AssumeRolePolicyDocument)));
  return { logicalId, arn, name: physicalName, statements, trusts };
};

const statementsOf = (document: unknown): readonly Readonly<Record<string, unknown>>[] =>
  [(document as { readonly Statement?: unknown } | undefined)?.Statement ?? []].flat() as Readonly<
    Record<string, unknown>
  >[];

const named = <T>(where: string, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    throw new NotModelledError(`${where}: ${(error as Error).message}`);
  }
};

const withoutStatement = (role: Role, without: StatementReference | undefined): Role => {
  if (without?.role !== role.logicalId) return role;
  const { statementIndex } = without;
  if (!role.statements[statementIndex])
    throw new Error(`${role.logicalId} has no statement ${statementIndex}`);
  return { ...role, statements: role.statements.filter((_, index) => index !== statementIndex) };
};

/** The service and resource that a role is assumed for. */
interface Assumption {
  readonly service: string;
  readonly resourceArn: string;
  /** For messages. */
  readonly where: string;
}

/** Finds the role; refuses an ARN that no role has, and a role that does not trust the service. */
export const assumeRole = (roles: Roles, arn: unknown, assumption: Assumption): Role => {
  const { service, resourceArn, where } = assumption;
  const role = roles.get(String(arn));
  if (!role) throw new NotModelledError(`${where}: a role that is not in the template`);
  if (role.trusts(service, resourceArn, pseudoParameters['AWS::AccountId'])) return role;
  throw new Error(`${where}: the role ${role.logicalId} cannot be assumed by ${service}`);
};
