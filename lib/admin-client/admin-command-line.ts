/** The command line of `npm run admin`: its words, its options and the URL of the API. */
import { parseArgs } from 'node:util';
import { type LocalRun, readLocalRun } from '../scep-client/local-run.ts';
import { createAdminApi, readAdminUrl } from './admin-api.ts';
import { type AdminArguments, adminCommands } from './admin-commands.ts';
import { AdminClientError } from './admin-errors.ts';
import { escapeForTerminal } from './table.ts';

/** The text of --help. */
export const adminHelp = `Administers the connectors and challenges of a scep-connector.

  npm run admin -- connectors                     list connectors
  npm run admin -- challenge create [options]     create a challenge and print its password
  npm run admin -- challenge list                 list challenges with their expiry and uses left
  npm run admin -- challenge show ID              show one challenge without its password
  npm run admin -- challenge password ID          print a password again; the audit log records this
  npm run admin -- challenge rotate ID            replace a challenge; the old one expires after --overlap
  npm run admin -- challenge revoke ID            revoke a challenge
  npm run admin -- enrolments                     list enrolments with the reason for each refusal
  npm run admin -- profile --help                 write an Apple configuration profile

Options of "challenge create":
  --kind static|one-time|limited   default: one-time
  --uses N                         number of certificates for a limited challenge, 1 to 1000
  --expires-in DURATION            such as 90s, 45m, 12h or 30d; default: 1h, or never if static
  --name NAME                      a name for lists
  --subject "CN=printer-*"         restrict to matching subjects (repeatable)
  --alternative-name "dns=*.a.b"   restrict to matching dns, email, uri, ip or upn names (repeatable)
  --validity-days N                maximum validity of its certificates; the connector can set less
  --tag KEY=VALUE                  add a tag (repeatable)

Other options:
  --overlap DURATION               validity of the old challenge after a rotation; default: 24h
  --limit N                        number of enrolments to list; default: 50
  --connector ID                   default: the connector of "npm start"
  --url URL                        AdminUrl in the outputs of the stack; default: that of "npm start"
  --json                           print JSON
  --help                           print this text

"npm start" writes its URLs to .local/run.json, or to run.json in the directory SCEP_LOCAL_STATE.
Requests to a deployed API are signed with your AWS credentials (AWS_PROFILE and the other usual sources).`;

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

/** Runs a command line and returns its output. Throws `AdminClientError`. */
export async function runAdmin(
  argv: readonly string[],
  readLocal: () => Promise<LocalRun> = readLocalRun,
): Promise<string> {
  const { values, positionals } = parse(argv);
  if (values.help) return adminHelp;
  const [words, operand] = splitWords(positionals);
  const command = Object.hasOwn(adminCommands, words) ? adminCommands[words] : undefined;
  if (command === undefined)
    throw new AdminClientError(
      'badArgument',
      words === '' ? 'The command is missing.' : `Unknown command “${escapeForTerminal(words)}”.`,
    );
  const input = { ...(await findApi(values, readLocal)), operand, options: values };
  const { json, text } = await command({ ...input, nowSeconds: Math.floor(Date.now() / 1000) });
  return values.json ? JSON.stringify(json, null, 2) : text;
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : 'The arguments cannot be read.';
    throw new AdminClientError('badArgument', message, { cause });
  }
}

/** Splits the one or two words of a command from its operand. */
function splitWords(positionals: readonly string[]): readonly [string, string | undefined] {
  const count = positionals[0] === 'challenge' ? 2 : 1;
  if (positionals.length > count + 1)
    throw new AdminClientError('badArgument', 'A command takes one challenge only.');
  return [positionals.slice(0, count).join(' '), positionals[count]];
}

async function findApi(
  { url, connector }: { readonly url?: string; readonly connector?: string },
  readLocal: () => Promise<LocalRun>,
): Promise<Pick<AdminArguments, 'call' | 'connectorId'>> {
  const run = url !== undefined && connector !== undefined ? {} : await readLocal();
  const adminUrl = url ?? run.adminUrl;
  if (adminUrl === undefined)
    throw new AdminClientError('noLocalRun', 'No local stack is running here.');
  const connectorId = connector ?? run.connectorId ?? 'default';
  if (!/^[a-z0-9-]{1,36}$/.test(connectorId))
    throw new AdminClientError(
      'badArgument',
      '--connector must be a connector’s id, which has 1 to 32 characters of a-z, 0-9 or "-".',
    );
  return { call: createAdminApi(readAdminUrl(adminUrl)), connectorId };
}
