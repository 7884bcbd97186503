/** The command line of `npm start`. */
import { parseArgs } from 'node:util';

/** The flags of `npm start`. Undefined flags were not given. */
export interface StartFlags {
  readonly isFresh: boolean;
  readonly isVerbose: boolean;
  readonly isHelp: boolean;
  readonly isIntune: boolean;
  /** Adds a connector with an mscep_admin page. */
  readonly hasNdesPage: boolean;
  /** The program of the CDK app; the project's own if omitted. */
  readonly app: string | undefined;
  readonly stateDirectory: string;
  readonly port: number;
  readonly adminPort: number;
  readonly pcaDelaySeconds: number | undefined;
  readonly pcaRatePerSecond: number | undefined;
  /** The maximum number of concurrent function invocations in the account. */
  readonly concurrency: number | undefined;
  /** The seed of the faults that the emulators inject. */
  readonly unreliable: string | undefined;
}

/** The text of `--help`. */
export const usage = `npm start [-- FLAGS]

  --fresh               start from scratch: delete the state of earlier runs
  --intune              a second connector, for Microsoft Intune, and an emulated tenant for it
  --ndes                another connector, ndes, with the page from which an MDM takes one-time challenges
  --app PROGRAM         the CDK app to run (bin/scep-connector.ts)
  --pca-delay SECONDS   how long the CA takes to issue (0.3)
  --pca-tps NUMBER      IssueCertificate requests per second before the CA throttles (25)
  --concurrency NUMBER  concurrent functions in the account before Lambda throttles (1000; a new account has 10)
  --unreliable SEED     inject faults: attempts that run twice, late or never, and a busy DynamoDB
  --state DIRECTORY     where state is kept (.local, or SCEP_LOCAL_STATE)
  --verbose             print the output of functions to the console

  kill -USR2 $(cat .local/lock) runs every scheduled function at once.

  PORT and ADMIN_PORT choose the ports (8080 and 8081; 0 is any free one).`;

/** An invalid command line or environment variable. The message contains the usage. */
export class UsageError extends Error {
  constructor(message: string) {
    super(`${message}\n\n${usage}`);
    this.name = 'UsageError';
  }
}

const options = {
  fresh: { type: 'boolean' },
  verbose: { type: 'boolean' },
  intune: { type: 'boolean' },
  ndes: { type: 'boolean' },
  app: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  state: { type: 'string' },
  'pca-delay': { type: 'string' },
  'pca-tps': { type: 'string' },
  concurrency: { type: 'string' },
  unreliable: { type: 'string' },
} as const;

/**
 * Reads the command line. Throws `UsageError` for an unknown flag and for a value that is not a
 * valid number.
 */
export const readFlags = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): StartFlags => {
  const values = parse(args);
  return {
    isFresh: values.fresh ?? false,
    isVerbose: values.verbose ?? false,
    isHelp: values.help ?? false,
    isIntune: values.intune ?? false,
    hasNdesPage: values.ndes ?? false,
    app: values.app,
    stateDirectory: values.state ?? (env.SCEP_LOCAL_STATE || '.local'),
    port: parsePort('PORT', env.PORT ?? '8080'),
    adminPort: parsePort('ADMIN_PORT', env.ADMIN_PORT ?? '8081'),
    pcaDelaySeconds: parseNumber('--pca-delay', values['pca-delay'], 0),
    pcaRatePerSecond: parseNumber('--pca-tps', values['pca-tps'], Number.MIN_VALUE),
    concurrency: parseWholeNumber('--concurrency', values.concurrency, 1),
    unreliable: values.unreliable,
  };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};

const parseNumber = (
  flag: string,
  text: string | undefined,
  minimum: number,
): number | undefined => {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number) && number >= minimum) return number;
  throw new UsageError(
    `${flag} must be a number${minimum > 0 ? ' above 0' : ', 0 or more'}: ${text}`,
  );
};

const parseWholeNumber = (
  flag: string,
  text: string | undefined,
  minimum: number,
): number | undefined => {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text) && Number(text) >= minimum) return Number(text);
  throw new UsageError(`${flag} must be a whole number, ${minimum} or more: ${text}`);
};

const parsePort = (variable: string, text: string): number => {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`${variable} must be a port number: ${text}`);
};
