/** The admin command's line: words, options, and where the API is. */
import { parseArgs } from 'node:util';
import { type LocalRun, readLocalRun } from '../scep-client/local-run.ts';
import { createAdminApi, readAdminUrl } from './admin-api.ts';
import { type AdminArguments, adminCommands } from './admin-commands.ts';
import { AdminClientError } from './admin-errors.ts';

/** The text of --help. */
export const adminHelp = `Administers the challenges of a scep-connector.

  npm run admin -- connectors                     what there is
  npm run admin -- challenge create [options]     makes one and prints its password
  npm run admin -- challenge list                 with time and uses left
  npm run admin -- challenge show ID
  npm run admin -- challenge password ID          prints it again; that you did is recorded
  npm run admin -- challenge rotate ID            a new one; the old one ends after --overlap
  npm run admin -- challenge revoke ID            refused from now on
  npm run admin -- enrolments                     how requests ended, and why
  npm run admin -- profile --help                 an Apple configuration profile for a connector and a challenge

  --kind static|one-time|limited   default: one-time
  --uses N                         how many certificates a limited challenge is good for, 1 to 1000
  --expires-in DURATION            from now: 90s, 45m, 12h or 30d; default: 1h, and none for static
  --name NAME                      what it is for; shown to admins
  --subject "CN=printer-*"         good for such names only (repeatable: other attributes, more patterns)
  --alternative-name "dns=*.a.b"   good for such alternative names only (repeatable; dns, email, uri, ip, upn)
  --validity-days N                certificates that live so long at most; the connector may say less
  --tag KEY=VALUE                  (repeatable)
  --overlap DURATION               how long a rotated challenge stays good; default: 24h
  --limit N                        how many enrolments are shown; default: 50
  --connector ID                   default: the connector of "npm start"
  --url URL                        the admin API (AdminUrl of the stack); default: that of "npm start"
  --json                           the answer as JSON

"npm start" writes its URLs to .local/run.json, or to the directory of SCEP_LOCAL_STATE.
A deployed API is asked with a signature, by the AWS credentials that are found in the usual places.`;

const options = {
  kind: { type: 'string' },
  uses: { type: 'string' },
  'expires-in': { type: 'string' },
  name: { type: 'string' },
  subject: { type: 'string', multiple: true },
  'alternative-name': { type: 'string', multiple: true },
  'validity-days': { type: 'string' },
  tag: { type: 'string', multiple: true },
  overlap: { type: 'string' },
  limit: { type: 'string' },
  connector: { type: 'string' },
  url: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Runs a line and returns what to print. Throws `AdminClientError`. */
export async function runAdmin(
  argv: readonly string[],
  readLocal: () => Promise<LocalRun> = readLocalRun,
): Promise<string> {
  const { values, positionals } = parse(argv);
  if (values.help) return adminHelp;
  const [words, operand] = wordsOf(positionals);
  const command = Object.hasOwn(adminCommands, words) ? adminCommands[words] : undefined;
  if (command === undefined)
    throw new AdminClientError('badArgument', 'No such command.', { cause: words });
  const given = { ...(await placeOf(values, readLocal)), operand, options: values };
  const { json, text } = await command({ ...given, nowSeconds: Math.floor(Date.now() / 1000) });
  return values.json ? JSON.stringify(json, null, 2) : text;
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'The arguments cannot be read.';
    throw new AdminClientError('badArgument', why, { cause });
  }
}

/** One word or two, and what follows them; more is a mistake. */
function wordsOf(positionals: readonly string[]): readonly [string, string | undefined] {
  const count = positionals[0] === 'challenge' ? 2 : 1;
  if (positionals.length > count + 1)
    throw new AdminClientError('badArgument', 'One challenge at a time.');
  return [positionals.slice(0, count).join(' '), positionals[count]];
}

async function placeOf(
  { url, connector }: { readonly url?: string; readonly connector?: string },
  readLocal: () => Promise<LocalRun>,
): Promise<Pick<AdminArguments, 'call' | 'connectorId'>> {
  const run = url !== undefined && connector !== undefined ? {} : await readLocal();
  const where = url ?? run.adminUrl;
  if (where === undefined)
    throw new AdminClientError('noLocalRun', 'No local stack is running here.');
  const connectorId = connector ?? run.connectorId ?? 'default';
  if (!/^[a-z0-9-]{1,36}$/.test(connectorId))
    throw new AdminClientError('badArgument', '--connector: 1 to 32 of a-z, 0-9 and "-".');
  return { call: createAdminApi(readAdminUrl(where)), connectorId };
}
