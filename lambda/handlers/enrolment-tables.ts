import type { EnrolmentTables } from '../aws/enrolment-keys.ts';
import { requireSetting } from '../config/configuration.ts';

/** Reads the names of the tables of enrolments from the environment. */
export const readEnrolmentTables = (): EnrolmentTables => ({
  challenges: requireSetting('challengesTable'),
  enrolments: requireSetting('enrolmentsTable'),
  certificates: requireSetting('certificatesTable'),
});
