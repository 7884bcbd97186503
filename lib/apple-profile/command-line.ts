import { ScepClientError } from '../scep-client/errors.ts';
import { readScepUrl } from '../scep-client/http.ts';
import type { LocalRun } from '../scep-client/local-run.ts';
import { parseOptions } from '../scep-client/parse-options.ts';

/** The text of `profile --help`. */
export const profileHelp = `Writes an Apple configuration profile: a SCEP payload and the CA's certificate.

  npm run admin -- profile --subject "CN=mac-7" [options]

  --format mobileconfig   the one format there is so far (default)
  --url URL               the SCEP URL
  --challenge PASSWORD    the challenge password; "-" reads it from standard input
  --new-challenge         makes a one-time challenge for these names: one device, within an hour
  --subject "CN=..,O=.."  the certificate's subject
  --san-dns NAME          a DNS name for the certificate (repeatable, as the next two)
  --san-email ADDRESS     an email address
  --san-uri URI           a URI
  --key-size BITS         2048 (default) or 4096
  --key-usage WHAT        signing, encryption or both (default)
  --name TEXT             what the profile is called on the device
  --organization TEXT     who it is from
  --identifier ID         reverse DNS; a profile replaces the installed one of its identifier
  --scope WHO             system (default) or user, on a Mac
  --ca-fingerprint HEX    SHA-256 of the CA's certificate, which must be in the server's answer
  --fingerprint-digest D  sha256 (default) or sha1: what the device compares
  --out FILE              where it goes (./scep.mobileconfig); "-" is standard output
  --help                  this text

URL, challenge and fingerprint come from .local/run.json, or from the directory of SCEP_LOCAL_STATE,
when "npm start" runs here.
The file holds the challenge password, so only its owner may read it (mode 0600).`;

/** Where the challenge is from; `new` is still to be made. */
type ChallengeSource =
  | { readonly kind: 'given'; readonly password: string }
  | { readonly kind: 'stdin' }
  | { readonly kind: 'new' };

/** What to write, after defaults. */
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
 * Reads the arguments after `profile`; 'help' when they ask for it. The local run's challenge and
 * fingerprint are defaults only for its own URL: another server's devices must not get them.
 */
export function readProfileCommand(
  argv: readonly string[],
  local: LocalRun,
): ProfileCommand | 'help' {
  const given = parseOptions(argv, options);
  if (given.help) return 'help';
  oneOf('--format', given.format, ['mobileconfig']);
  const url = readScepUrl(
    given.url ?? local.scepUrl ?? missing('--url', 'no local server runs here'),
  );
  const own = local.scepUrl !== undefined && url.href === URL.parse(local.scepUrl)?.href;
  return {
    url,
    challenge: challengeSource(given, own ? local.challengePassword : undefined),
    caFingerprint: given['ca-fingerprint'] ?? (own ? local.caFingerprintSha256 : undefined),
    subject: given.subject ?? missing('--subject', 'a certificate needs one, as "CN=mac-7"'),
    dnsNames: given['san-dns'],
    emailAddresses: given['san-email'],
    uris: given['san-uri'],
    keySize: Number(oneOf('--key-size', given['key-size'], ['2048', '4096'])) as 2048 | 4096,
    keyUsage: oneOf('--key-usage', given['key-usage'], ['signing', 'encryption', 'both']),
    name: given.name,
    organization: given.organization,
    identifier: given.identifier,
    scope: oneOf('--scope', given.scope, ['system', 'user']),
    fingerprintDigest: oneOf('--fingerprint-digest', given['fingerprint-digest'], [
      'sha1',
      'sha256',
    ]),
    out: given.out,
  };
}

function challengeSource(
  given: { readonly challenge?: string; readonly 'new-challenge': boolean },
  local: string | undefined,
): ChallengeSource {
  if (given['new-challenge'] && given.challenge !== undefined)
    throw new ScepClientError('badArgument', '--challenge and --new-challenge exclude each other.');
  if (given['new-challenge']) return { kind: 'new' };
  if (given.challenge === '-') return { kind: 'stdin' };
  const password = given.challenge ?? local;
  if (password === undefined || password === '')
    return missing(
      '--challenge',
      'give one, "-" to read it from standard input, or --new-challenge',
    );
  return { kind: 'given', password };
}

function oneOf<Value extends string>(
  option: string,
  text: string,
  allowed: readonly Value[],
): Value {
  const value = allowed.find((one) => one === text);
  if (value !== undefined) return value;
  throw new ScepClientError('badArgument', `${option} is ${allowed.join(' or ')}, not “${text}”.`);
}

function missing(option: string, why: string): never {
  throw new ScepClientError('badArgument', `${option} is missing: ${why}.`);
}
