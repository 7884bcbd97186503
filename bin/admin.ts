/**
 * `npm run admin -- …`: challenges, enrolments and profiles, by the admin API of the local stack or
 * of a deployed one.
 */
import { text } from 'node:stream/consumers';
import { AdminClientError } from '../lib/admin-client/admin-errors.ts';
import { adminHelp, runAdmin } from '../lib/admin-client/admin-line.ts';
import { runProfileCommand } from '../lib/apple-profile/command.ts';
import { ScepClientError } from '../lib/scep-client/errors.ts';
import { readLocalRun } from '../lib/scep-client/local-run.ts';

const argv = process.argv.slice(2);

const profileContext = async () => ({
  run: await readLocalRun(),
  readStandardInput: () => text(process.stdin),
  print: console.log,
  say: console.error,
});

try {
  if (argv[0] === 'profile') await runProfileCommand(argv.slice(1), await profileContext());
  else console.log(argv.length === 0 ? adminHelp : await runAdmin(argv));
  if (argv.length === 0) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof AdminClientError || error instanceof ScepClientError)) throw error;
  const { code, message, advice } = error;
  if (argv.includes('--json')) console.log(JSON.stringify({ code, message, advice }));
  else console.error(`admin: ${message}\n${advice}`);
  process.exitCode = 1;
}
