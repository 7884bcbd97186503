/**
 * The errors of the admin API: the names, statuses and members of AWS's pca-connector-scep model.
 */
const statuses = {
  ValidationException: 400,
  BadRequestException: 400,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ConflictException: 409,
  InternalServerException: 500,
} as const;

export type AdminFaultName = keyof typeof statuses;

/**
 * A refusal of an admin's. Its message goes to the admin, so it names the member and the rule,
 * never a value.
 */
export class AdminFault extends Error {
  override readonly name: AdminFaultName;
  /** The members of the model beside `Message`. */
  readonly members: Readonly<Record<string, string>>;

  constructor(
    name: AdminFaultName,
    message: string,
    members: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = name;
    this.members = members;
  }
}

export const getAdminStatus = (name: AdminFaultName): number => statuses[name];

/** A member that is missing or is not what it must be. */
export const createValidationFault = (message: string): AdminFault =>
  new AdminFault('ValidationException', message, { Reason: 'OTHER' });

type ResourceType = 'Connector' | 'Challenge';

/** No such connector or challenge. A revoked challenge counts as missing. */
export const createNotFoundFault = (ResourceType: ResourceType, ResourceId: string): AdminFault =>
  new AdminFault('ResourceNotFoundException', `there is no such ${ResourceType.toLowerCase()}`, {
    ResourceId,
    ResourceType,
  });

/** The resource is not in a state, or the request not in a place, that allows this. */
export const createConflictFault = (
  ResourceType: ResourceType,
  ResourceId: string,
  message: string,
): AdminFault => new AdminFault('ConflictException', message, { ResourceId, ResourceType });
