import type { EnrolmentTables } from '../aws/enrolment-keys.ts';
import { setting } from '../config/configuration.ts';

/** The tables of enrolments, from the environment. */
export const enrolmentTables = (): EnrolmentTables => ({
  challenges: setting('challengesTable'),
  enrolments: setting('enrolmentsTable'),
  certificates: setting('certificatesTable'),
});
