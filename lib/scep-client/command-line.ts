/** The command line of `npm run enroll`. */
import { ScepClientError } from './errors.ts';
import { readScepUrl } from './http.ts';
import type { LocalRun } from './local-run.ts';
import { parseOptions } from './parse-options.ts';
import type { Encryption } from './request-message.ts';

/** The text of --help. */
export const help = `Enrols for a certificate with SCEP (RFC 8894).

  npm run enroll -- --subject "CN=my device" [options]

  --url URL               SCEP URL
  --challenge PASSWORD    challenge password
  --subject "CN=..,O=.."  subject of the certificate; write \\ before a comma in a value
  --dns NAME              DNS name in the certificate (repeatable)
  --email ADDRESS         email address in the certificate (repeatable)
  --uri URI               URI in the certificate (repeatable)
  --out DIR               directory for key.pem, cert.pem and chain.pem (./enrolled)
  --key-size BITS         size of a new RSA key (2048)
  --cipher NAME           aes128 (default) or aes256
  --intune                act as a Windows device in the Intune tenant of "npm start -- --intune"
  --oaep                  RSAES-OAEP instead of RSAES-PKCS1-v1_5
  --poll-interval SECONDS time between polls while the request is pending (2)
  --timeout SECONDS       maximum time for the enrolment (300)
  --ca-fingerprint HEX    SHA-256 of a CA certificate that the server's answer must contain
  --json                  print the result as JSON
  --help                  print this text

While "npm start" runs here, URL, challenge and fingerprint default to those in .local/run.json, or
in run.json in the directory SCEP_LOCAL_STATE.
The command reuses a key in DIR. It also stores its request there until it receives an answer. The
same command, or one without --subject, then resends that request and gets the same certificate.
Exit codes: 0 with a certificate, 2 if the CA refused the request, 1 for any other error.`;

/** Windows appends it to every SCEP URL. */
const windowsPath = '/pkiclient.exe';

/** The arguments with their defaults. */
export interface Command {
  readonly url: URL;
  /** The given password. A stored request's password takes precedence over the local run's. */
  readonly challenge: string | undefined;
  readonly localChallenge: string | undefined;
  /** The control URL of the emulated Intune tenant, which makes challenges; only with --intune. */
  readonly intuneControlUrl: string | undefined;
  readonly caFingerprint: string | undefined;
  /** Undefined to resend the stored request. */
  readonly subject: string | undefined;
  readonly dnsNames: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly out: string;
  /** Undefined for the size of the stored key, or 2048 for a new one. */
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
 * Reads the arguments; returns 'help' for --help. Throws `badArgument`. The local run's challenge
 * and fingerprint are defaults only for its own URL, because another server must not receive them.
 */
export function readCommand(argv: readonly string[], local: LocalRun): Command | 'help' {
  const values = parseOptions(argv, options);
  if (values.help) return 'help';
  const intune = values.intune ? (local.intune ?? throwMissingIntune()) : undefined;
  const localUrl = intune ? `${intune.scepUrl}${windowsPath}` : local.scepUrl;
  const url = readScepUrl(values.url ?? localUrl ?? throwMissingUrl());
  const isLocal = localUrl !== undefined && url.href === URL.parse(localUrl)?.href;
  return {
    url,
    challenge: values.challenge,
    localChallenge: isLocal && !intune ? local.challengePassword : undefined,
    intuneControlUrl: intune?.controlUrl,
    caFingerprint: values['ca-fingerprint'] ?? (isLocal ? local.caFingerprintSha256 : undefined),
    subject: values.subject,
    dnsNames: values.dns,
    emailAddresses: values.email,
    uris: values.uri,
    out: values.out,
    keySize: readKeySize(values['key-size']),
    encryption: { cipher: readCipher(values.cipher), oaep: intune ? 'SHA-1' : values.oaep },
    pollIntervalSeconds: readNumber('--poll-interval', values['poll-interval'], { min: 0.1 }),
    timeoutSeconds: readNumber('--timeout', values.timeout, { min: 0 }),
    json: values.json,
  };
}

function readNumber(
  option: string,
  text: string,
  { min, max = 86_400, isWhole = false }: { min: number; max?: number; isWhole?: boolean },
): number {
  const value = Number(text);
  const isWithin = text.trim() !== '' && value >= min && value <= max;
  if (isWithin && (!isWhole || Number.isInteger(value))) return value;
  const kind = isWhole ? 'a whole number' : 'a number';
  const message = `${option} must be ${kind} from ${min} to ${max}, not “${text}”.`;
  throw new ScepClientError('badArgument', message);
}

function readCipher(name: string): 'aes128' | 'aes256' {
  if (name === 'aes128' || name === 'aes256') return name;
  throw new ScepClientError('badArgument', `--cipher must be aes128 or aes256, not “${name}”.`);
}

function readKeySize(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return readNumber('--key-size', text, { min: 1024, max: 16_384, isWhole: true });
}

function throwMissingIntune(): never {
  const message =
    'No local server with an Intune tenant runs here. Start one with "npm start -- --intune".';
  throw new ScepClientError('badArgument', message);
}

function throwMissingUrl(): never {
  const message = '--url is missing. Add it, or start a local server with "npm start".';
  throw new ScepClientError('badArgument', message);
}
