/** The functions of an enrolment by their physical names: others, such as the dispatcher, run meanwhile. */

/** Whether a function has a part in every enrolment. */
export const isOfEnrolment = (functionName: string): boolean => roleOf(functionName) !== undefined;

/** The part that a function has in an enrolment. */
export const roleOf = (functionName: string): 'scep' | 'certify' | undefined => {
  if (/IssuanceCertifyFunction/.test(functionName)) return 'certify';
  return /ConnectorScepFunction/.test(functionName) ? 'scep' : undefined;
};
