import { ScepClientError } from './errors.ts';
import { readScepUrl } from './http.ts';
import type { LocalRun } from './local-run.ts';
import { parseOptions } from './parse-options.ts';
import type { Encryption } from './request-message.ts';

/** The text of --help. */
export const help = `Enrols for a certificate by SCEP (RFC 8894).

  npm run enroll -- --subject "CN=my device" [options]

  --url URL               the SCEP URL
  --challenge PASSWORD    the challenge password
  --subject "CN=..,O=.."  the certificate's subject; \\ before a comma that belongs to a value
  --dns NAME              a DNS name for the certificate (repeatable, as the next two)
  --email ADDRESS         an email address
  --uri URI               a URI
  --out DIR               where key.pem, cert.pem and chain.pem go (./enrolled)
  --key-size BITS         size of a new RSA key (2048)
  --cipher NAME           aes128 (default) or aes256
  --intune                as a Windows device of the Intune tenant that "npm start -- --intune" emulates
  --oaep                  RSAES-OAEP instead of RSAES-PKCS1-v1_5
  --poll-interval SECONDS how long to wait while the request is pending (2)
  --timeout SECONDS       when to give up (300)
  --ca-fingerprint HEX    SHA-256 of the CA's certificate, which must be in the answer
  --json                  print the result as JSON
  --help                  this text

URL, challenge and fingerprint come from .local/run.json, or from the directory of SCEP_LOCAL_STATE,
when "npm start" runs here.
A key that is in DIR already is used again. A request that got no answer is kept there too: the
same command, or one without --subject, repeats it and gets the same certificate.
Exit code: 0 with a certificate, 2 when the CA refused, 1 for everything else.`;

/** Windows puts it behind every SCEP URL. */
const windowsTail = '/pkiclient.exe';

/** What to do, after defaults. */
export interface Command {
  readonly url: URL;
  /** As given; the request of an earlier run goes before the local run's. */
  readonly challenge: string | undefined;
  readonly localChallenge: string | undefined;
  /** Where the emulated Intune tenant gives challenges, for a device that does as Windows does. */
  readonly intuneControlUrl: string | undefined;
  readonly caFingerprint: string | undefined;
  /** undefined: repeat the request that is stored. */
  readonly subject: string | undefined;
  readonly dnsNames: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly out: string;
  /** undefined: the size of the key that is there, or 2048. */
  readonly keySize: number | undefined;
  readonly encryption: Encryption;
  readonly pollIntervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly json: boolean;
}

const options = {
  url: { type: 'string' },
  challenge: { type: 'string' },
  subject: { type: 'string' },
  dns: { type: 'string', multiple: true, default: [] as string[] },
  email: { type: 'string', multiple: true, default: [] as string[] },
  uri: { type: 'string', multiple: true, default: [] as string[] },
  out: { type: 'string', default: './enrolled' },
  'key-size': { type: 'string' },
  cipher: { type: 'string', default: 'aes128' },
  oaep: { type: 'boolean', default: false },
  intune: { type: 'boolean', default: false },
  'poll-interval': { type: 'string', default: '2' },
  timeout: { type: 'string', default: '300' },
  'ca-fingerprint': { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/**
 * Reads the arguments; 'help' when they ask for it. The local run's challenge and fingerprint are
 * defaults only for its own URL: another server must not get that challenge.
 */
export function readCommand(argv: readonly string[], local: LocalRun): Command | 'help' {
  const given = parseOptions(argv, options);
  if (given.help) return 'help';
  const intune = given.intune ? (local.intune ?? missingIntune()) : undefined;
  const localUrl = intune ? `${intune.scepUrl}${windowsTail}` : local.scepUrl;
  const url = readScepUrl(given.url ?? localUrl ?? missingUrl());
  const own = localUrl !== undefined && url.href === URL.parse(localUrl)?.href;
  return {
    url,
    challenge: given.challenge,
    localChallenge: own && !intune ? local.challengePassword : undefined,
    intuneControlUrl: intune?.controlUrl,
    caFingerprint: given['ca-fingerprint'] ?? (own ? local.caFingerprintSha256 : undefined),
    subject: given.subject,
    dnsNames: given.dns,
    emailAddresses: given.email,
    uris: given.uri,
    out: given.out,
    keySize: keySize(given['key-size']),
    encryption: { cipher: cipher(given.cipher), oaep: intune ? 'SHA-1' : given.oaep },
    pollIntervalSeconds: number('--poll-interval', given['poll-interval'], { min: 0.1 }),
    timeoutSeconds: number('--timeout', given.timeout, { min: 0 }),
    json: given.json,
  };
}

function number(
  option: string,
  text: string,
  { min, max = 86_400, whole = false }: { min: number; max?: number; whole?: boolean },
): number {
  const value = Number(text);
  const fits = text.trim() !== '' && value >= min && value <= max;
  if (fits && (!whole || Number.isInteger(value))) return value;
  const message = `${option} must be a number from ${min} to ${max}, not “${text}”.`;
  throw new ScepClientError('badArgument', message);
}

function cipher(name: string): 'aes128' | 'aes256' {
  if (name === 'aes128' || name === 'aes256') return name;
  throw new ScepClientError('badArgument', `--cipher must be aes128 or aes256, not “${name}”.`);
}

function keySize(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return number('--key-size', text, { min: 1024, max: 16_384, whole: true });
}

function missingIntune(): never {
  const message = 'No local server with an Intune tenant runs here: npm start -- --intune.';
  throw new ScepClientError('badArgument', message);
}

function missingUrl(): never {
  const message = '--url is missing, and no local server runs here.';
  throw new ScepClientError('badArgument', message);
}
