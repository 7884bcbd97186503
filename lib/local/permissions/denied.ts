/** AccessDenied errors with the text of the called service. */
import { AwsError } from '../emulators/aws-service.ts';
import { pseudoParameters } from '../template/template.ts';
import type { AccessRequest } from './access-request.ts';
import type { Role } from './roles.ts';

/**
 * The caller: a role, and the session that its service names after the function or the execution.
 */
export interface Caller {
  readonly role: Role;
  readonly session: string;
}

/**
 * Formats "User: ... is not authorized to perform ...", the text of every service that the app
 * calls.
 */
export const formatDeniedMessage = (
  { role, session }: Caller,
  { action, resource }: AccessRequest,
): string => {
  const { 'AWS::Partition': partition, 'AWS::AccountId': account } = pseudoParameters;
  const user = `arn:${partition}:sts::${account}:assumed-role/${role.name}/${session}`;
  const onResource = resource === '*' ? '' : ` on resource: ${resource}`;
  return `User: ${user} is not authorized to perform: ${action}${onResource} because no identity-based policy allows the ${action} action`;
};

/** Creates an AccessDeniedException. It has HTTP 400 in every AWS JSON service. */
export const createAccessDenied = (caller: Caller, request: AccessRequest): AwsError =>
  new AwsError('AccessDeniedException', formatDeniedMessage(caller, request));
