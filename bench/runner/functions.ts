/**
 * Recognises an enrolment's functions by their physical names, because others, such as the
 * dispatcher, run meanwhile.
 */

/** Whether a function takes part in every enrolment. */
export const isOfEnrolment = (functionName: string): boolean =>
  findRole(functionName) !== undefined;

/** A function's part in an enrolment. */
export const findRole = (functionName: string): 'scep' | 'certify' | undefined => {
  if (/IssuanceCertifyFunction/.test(functionName)) return 'certify';
  return /ConnectorScepFunction/.test(functionName) ? 'scep' : undefined;
};
