/**
 * The errors of the admin operations, with the names, statuses and members of AWS's
 * pca-connector-scep model.
 */
const statuses = {
  ValidationException: 400,
  BadRequestException: 400,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ConflictException: 409,
  InternalServerException: 500,
} as const;

/** The name of an error in AWS's model. */
export type AdminFaultName = keyof typeof statuses;

/**
 * A refused admin operation. The admin sees the message, which names a rule and quotes no value.
 */
export class AdminFault extends Error {
  override readonly name: AdminFaultName;
  /** The model's other members, without `Message`. */
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

/** Returns the HTTP status of an error. */
export const getAdminStatus = (name: AdminFaultName): number => statuses[name];

/** A missing or invalid member. */
export const createValidationFault = (message: string): AdminFault =>
  new AdminFault('ValidationException', message, { Reason: 'OTHER' });

type ResourceType = 'Connector' | 'Challenge';

/** An unknown connector or challenge. A revoked challenge counts as unknown. */
export const createNotFoundFault = (ResourceType: ResourceType, ResourceId: string): AdminFault =>
  new AdminFault('ResourceNotFoundException', `Unknown ${ResourceType.toLowerCase()}`, {
    ResourceId,
    ResourceType,
  });

/** The state of the resource, or an earlier request, does not allow the operation. */
export const createConflictFault = (
  ResourceType: ResourceType,
  ResourceId: string,
  message: string,
): AdminFault => new AdminFault('ConflictException', message, { ResourceId, ResourceType });
