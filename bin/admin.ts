/**
 * `npm run admin` administers challenges, lists enrolments and writes profiles. It calls the admin
 * API of the local stack or of a deployed one.
 */
import { text } from 'node:stream/consumers';
import { adminHelp, runAdmin } from '../lib/admin-client/admin-command-line.ts';
import { AdminClientError } from '../lib/admin-client/admin-errors.ts';
import { runProfileCommand } from '../lib/apple-profile/command.ts';
import { ScepClientError } from '../lib/scep-client/errors.ts';
import { readLocalRun } from '../lib/scep-client/local-run.ts';

const argv = process.argv.slice(2);

const createProfileContext = async () => ({
  run: await readLocalRun(),
  readStandardInput: () => text(process.stdin),
  print: console.log,
  report: console.error,
});

try {
  if (argv[0] === 'profile') await runProfileCommand(argv.slice(1), await createProfileContext());
  else console.log(argv.length === 0 ? adminHelp : await runAdmin(argv));
  if (argv.length === 0) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof AdminClientError || error instanceof ScepClientError)) throw error;
  const { code, message, advice } = error;
  if (argv.includes('--json')) console.log(JSON.stringify({ code, message, advice }));
  else console.error(`admin: ${message}\n${advice}`);
  process.exitCode = 1;
}
