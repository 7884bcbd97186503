/** `npm run admin -- …`: challenges and enrolments, through the admin API of the local stack or of a deployed one. */
import { AdminClientError } from '../lib/client/admin-errors.ts';
import { adminHelp, runAdmin } from '../lib/client/admin-line.ts';

const argv = process.argv.slice(2);

try {
  console.log(argv.length === 0 ? adminHelp : await runAdmin(argv));
  if (argv.length === 0) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof AdminClientError)) throw error;
  const { code, message, advice } = error;
  if (argv.includes('--json')) console.log(JSON.stringify({ code, message, advice }));
  else console.error(`admin: ${message}\n${advice}`);
  process.exitCode = 1;
}
