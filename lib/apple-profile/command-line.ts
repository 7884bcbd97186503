/** The command line of `npm run admin -- profile`. */
import { ScepClientError } from '../scep-client/errors.ts';
import { readScepUrl } from '../scep-client/http.ts';
import type { LocalRun } from '../scep-client/local-run.ts';
import { parseOptions } from '../scep-client/parse-options.ts';

/** The text of `profile --help`. */
export const profileHelp = `Writes an Apple configuration profile with a SCEP payload and the CA certificate.

  npm run admin -- profile --subject "CN=mac-7" [options]

  --format mobileconfig   format of the profile; the only one is mobileconfig (default)
  --url URL               SCEP URL
  --challenge PASSWORD    challenge password; "-" reads it from standard input
  --new-challenge         create a one-time challenge for these names, valid for one hour
  --subject "CN=..,O=.."  subject of the certificate
  --san-dns NAME          DNS name in the certificate (repeatable)
  --san-email ADDRESS     email address in the certificate (repeatable)
  --san-uri URI           URI in the certificate (repeatable)
  --key-size BITS         2048 (default) or 4096
  --key-usage USAGE       signing, encryption or both (default)
  --name TEXT             name of the profile on the device
  --organization TEXT     issuer of the profile on the device
  --identifier ID         reverse DNS; a profile replaces an installed one with its identifier
  --scope SCOPE           system (default) or user, on a Mac
  --ca-fingerprint HEX    SHA-256 of a CA certificate that the server's answer must contain
  --fingerprint-digest D  digest that the device checks, sha256 (default) or sha1
  --out FILE              output file (./scep.mobileconfig); "-" is standard output
  --help                  print this text

While "npm start" runs here, URL, challenge and fingerprint default to those in .local/run.json, or
in run.json in the directory SCEP_LOCAL_STATE.
The file contains the challenge password, so only its owner can read it (mode 0600).`;

/** The source of the challenge. The command creates a `new` one later. */
type ChallengeSource =
  | { readonly kind: 'given'; readonly password: string }
  | { readonly kind: 'stdin' }
  | { readonly kind: 'new' };

/** The arguments with their defaults. */
export interface ProfileCommand {
  readonly url: URL;
  readonly challenge: ChallengeSource;
  readonly caFingerprint: string | undefined;
  readonly subject: string;
  readonly dnsNames: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly keySize: 2048 | 4096;
  readonly keyUsage: 'signing' | 'encryption' | 'both';
  readonly name: string | undefined;
  readonly organization: string | undefined;
  readonly identifier: string | undefined;
  readonly scope: 'system' | 'user';
  readonly fingerprintDigest: 'sha1' | 'sha256';
  readonly out: string;
}

const options = {
  format: { type: 'string', default: 'mobileconfig' },
  url: { type: 'string' },
  challenge: { type: 'string' },
  'new-challenge': { type: 'boolean', default: false },
  subject: { type: 'string' },
  'san-dns': { type: 'string', multiple: true, default: [] as string[] },
  'san-email': { type: 'string', multiple: true, default: [] as string[] },
  'san-uri': { type: 'string', multiple: true, default: [] as string[] },
  'key-size': { type: 'string', default: '2048' },
  'key-usage': { type: 'string', default: 'both' },
  name: { type: 'string' },
  organization: { type: 'string' },
  identifier: { type: 'string' },
  scope: { type: 'string', default: 'system' },
  'ca-fingerprint': { type: 'string' },
  'fingerprint-digest': { type: 'string', default: 'sha256' },
  out: { type: 'string', default: './scep.mobileconfig' },
  help: { type: 'boolean', default: false },
} as const;

/**
 * Reads the arguments after `profile`; returns 'help' for --help. Throws `badArgument`. The local
 * run's challenge and fingerprint are defaults only for its own URL, because devices of another
 * server must not receive them.
 */
export function readProfileCommand(
  argv: readonly string[],
  local: LocalRun,
): ProfileCommand | 'help' {
  const values = parseOptions(argv, options);
  if (values.help) return 'help';
  readOneOf('--format', values.format, ['mobileconfig']);
  const url = readScepUrl(
    values.url ??
      local.scepUrl ??
      throwMissing('--url', 'add it, or start a local server with "npm start"'),
  );
  const isLocal = local.scepUrl !== undefined && url.href === URL.parse(local.scepUrl)?.href;
  return {
    url,
    challenge: readChallengeSource(values, isLocal ? local.challengePassword : undefined),
    caFingerprint: values['ca-fingerprint'] ?? (isLocal ? local.caFingerprintSha256 : undefined),
    subject: values.subject ?? throwMissing('--subject', 'add one such as "CN=mac-7"'),
    dnsNames: values['san-dns'],
    emailAddresses: values['san-email'],
    uris: values['san-uri'],
    keySize: Number(readOneOf('--key-size', values['key-size'], ['2048', '4096'])) as 2048 | 4096,
    keyUsage: readOneOf('--key-usage', values['key-usage'], ['signing', 'encryption', 'both']),
    name: values.name,
    organization: values.organization,
    identifier: values.identifier,
    scope: readOneOf('--scope', values.scope, ['system', 'user']),
    fingerprintDigest: readOneOf('--fingerprint-digest', values['fingerprint-digest'], [
      'sha1',
      'sha256',
    ]),
    out: values.out,
  };
}

function readChallengeSource(
  values: { readonly challenge?: string; readonly 'new-challenge': boolean },
  localPassword: string | undefined,
): ChallengeSource {
  if (values['new-challenge'] && values.challenge !== undefined)
    throw new ScepClientError('badArgument', '--challenge and --new-challenge exclude each other.');
  if (values['new-challenge']) return { kind: 'new' };
  if (values.challenge === '-') return { kind: 'stdin' };
  const password = values.challenge ?? localPassword;
  if (password === undefined || password === '')
    return throwMissing(
      '--challenge',
      'add a password, "-" to read it from standard input, or --new-challenge',
    );
  return { kind: 'given', password };
}

function readOneOf<Value extends string>(
  option: string,
  text: string,
  allowed: readonly Value[],
): Value {
  const value = allowed.find((one) => one === text);
  if (value !== undefined) return value;
  const message = `${option} must be ${allowed.join(' or ')}, not “${text}”.`;
  throw new ScepClientError('badArgument', message);
}

function throwMissing(option: string, nextStep: string): never {
  throw new ScepClientError('badArgument', `${option} is missing; ${nextStep}.`);
}
