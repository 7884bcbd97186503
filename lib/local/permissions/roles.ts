/** The roles of a template, with the statements of every attached policy. */
import type { Resource, Resources } from '../template/resources.ts';
import { NotModelledError, pseudoParameters } from '../template/template.ts';
import type { AccessRequest } from './access-request.ts';
import { readStatement, type Statement } from './statement.ts';
import { readTrust, type Trust } from './trust.ts';

/**
 * A role. Statements count from 0: first those of its own policies, then those of policies that
 * name it.
 */
export interface Role {
  readonly logicalId: string;
  readonly arn: string;
  readonly name: string;
  readonly statements: readonly Statement[];
  /** Whether a statement of the role allows the request; everything else is denied. */
  readonly allows: (request: AccessRequest) => boolean;
  /** Whether the trust policy lets a service assume the role on behalf of a resource. */
  readonly trusts: Trust;
}

/** A statement to omit; a test omits one to see what fails without it. */
export interface StatementReference {
  /** The logical id. */
  readonly role: string;
  readonly statementIndex: number;
}

/** The roles by ARN. */
export type Roles = ReadonlyMap<string, Role>;

/** The roles of a template, with one statement omitted at a time. */
export interface SwitchableRoles {
  readonly roles: Roles;
  /** Omits this statement from now on, and no other. Refuses a missing statement. */
  readonly leaveOut: (reference: StatementReference | undefined) => void;
  /** The number of denied requests that only the omitted statement allows. */
  readonly missed: () => number;
}

/** Reads all roles; refuses every part of a policy that is not modelled. */
export const readRoles = (resources: Resources): SwitchableRoles => {
  let leftOut: Statement | undefined;
  let missed = 0;
  const isAllowed = (statements: readonly Statement[], request: AccessRequest): boolean => {
    if (statements.some((each) => each !== leftOut && each.allows(request))) return true;
    if (leftOut !== undefined && statements.includes(leftOut) && leftOut.allows(request))
      missed += 1;
    return false;
  };
  const policies = resources.ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy');
  const roles = resources
    .ofType('AWS::IAM::Role')
    .map((role) => readRole(role, policies, isAllowed));
  return {
    roles: new Map(roles.map((role) => [role.arn, role])),
    leaveOut: (reference) => {
      leftOut = reference && findStatement(roles, reference);
      missed = 0;
    },
    missed: () => missed,
  };
};

const findStatement = (
  roles: readonly Role[],
  { role: logicalId, statementIndex }: StatementReference,
): Statement => {
  const role = roles.find((each) => each.logicalId === logicalId);
  if (!role) throw new Error(`no role is called ${logicalId}`);
  const statement = role.statements[statementIndex];
  if (!statement) throw new Error(`${logicalId} has no statement ${statementIndex}`);
  return statement;
};

const readRole = (
  role: Resource,
  policies: readonly Resource[],
  isAllowed: (statements: readonly Statement[], request: AccessRequest) => boolean,
): Role => {
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
    statementsOf(document).map((statement) => readWithPlace(place, () => readStatement(statement))),
  );
  const trusts = readWithPlace(where, () => readTrust(statementsOf(AssumeRolePolicyDocument)));
  const allows = (request: AccessRequest): boolean => isAllowed(statements, request);
  return { logicalId, arn, name: physicalName, statements, allows, trusts };
};

const statementsOf = (document: unknown): readonly Readonly<Record<string, unknown>>[] =>
  [(document as { readonly Statement?: unknown } | undefined)?.Statement ?? []].flat() as Readonly<
    Record<string, unknown>
  >[];

const readWithPlace = <T>(where: string, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    throw new NotModelledError(`${where}: ${(error as Error).message}`);
  }
};

/** The service and resource that a role is assumed for. */
interface Assumption {
  readonly service: string;
  readonly resourceArn: string;
  /** For messages. */
  readonly where: string;
}

/** Finds the role; refuses an ARN without a role, and a role that does not trust the service. */
export const assumeRole = (roles: Roles, arn: unknown, assumption: Assumption): Role => {
  const { service, resourceArn, where } = assumption;
  const role = roles.get(String(arn));
  if (!role) throw new NotModelledError(`${where}: a role that is not in the template`);
  if (role.trusts(service, resourceArn, pseudoParameters['AWS::AccountId'])) return role;
  throw new Error(`${where}: the role ${role.logicalId} cannot be assumed by ${service}`);
};
