/** GetCACaps, and the choice of the HTTP method for PKIOperation. */
import { ScepClientError } from './errors.ts';
import { getOperation, postPkiOperation, type ScepServer } from './http.ts';

/** The keywords a server advertises (RFC 8894 3.5.2). */
export type Capabilities = ReadonlySet<string>;

/** Fetches the capabilities. Unknown keywords have no effect. */
export async function getCaCaps(server: ScepServer): Promise<Capabilities> {
  const { body } = await getOperation(server, 'GetCACaps');
  return readCapabilities(Buffer.from(body).toString('utf8'));
}

/** Reads one keyword per line, with LF or CRLF. SCEPStandard implies three keywords (table 7). */
function readCapabilities(text: string): Capabilities {
  const keywords = text.split(/\r?\n/).map((line) => line.trim());
  const implied = keywords.includes('SCEPStandard') ? ['AES', 'POSTPKIOperation', 'SHA-256'] : [];
  return new Set([...keywords.filter((keyword) => keyword !== ''), ...implied]);
}

/**
 * Throws `unsupportedAlgorithm` for a server without AES or SHA-2, because we send nothing weaker.
 */
export function requireModernAlgorithms(capabilities: Capabilities): void {
  const hasSha2 = capabilities.has('SHA-256') || capabilities.has('SHA-512');
  if (capabilities.has('AES') && hasSha2) return;
  const listed = [...capabilities].join(', ') || 'nothing';
  const message = `The server does not offer AES and SHA-256 (it lists ${listed}).`;
  throw new ScepClientError('unsupportedAlgorithm', message);
}

/**
 * Sends a pkiMessage, by POST if the server supports it (RFC 8894 4.1), and returns the bytes of
 * the reply. Throws `unexpectedAnswer` for another media type.
 */
export async function sendPkiOperation(
  server: ScepServer,
  capabilities: Capabilities,
  message: Uint8Array,
): Promise<Uint8Array> {
  const { body, mediaType } = capabilities.has('POSTPKIOperation')
    ? await postPkiOperation(server, message)
    : await getOperation(server, 'PKIOperation', message);
  if (mediaType === 'application/x-pki-message') return body;
  const text = `The answer to PKIOperation is “${mediaType}”, not application/x-pki-message.`;
  throw new ScepClientError('unexpectedAnswer', text);
}
