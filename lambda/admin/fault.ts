/** The errors of the admin API: the names and statuses of AWS's pca-connector-scep model. */
const statuses = {
  ValidationException: 400,
  BadRequestException: 400,
  ResourceNotFoundException: 404,
  InternalServerException: 500,
} as const;

export type AdminFaultName = keyof typeof statuses;

/** A refusal of the admin API. Its message goes to the admin, so it names the member and the rule, never a value. */
export class AdminFault extends Error {
  override readonly name: AdminFaultName;

  constructor(name: AdminFaultName, message: string) {
    super(message);
    this.name = name;
  }
}

export const adminStatusOf = (name: AdminFaultName): number => statuses[name];
