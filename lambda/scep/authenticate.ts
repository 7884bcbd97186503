/** The stages that read only what is in clear: the signature, and the recipient of the envelope. */
import { type Envelope, findRecipient, readEnvelope } from '../message/envelope.ts';
import { type PkiMessage, verifyPkiMessage } from '../message/pki-message.ts';
import type { RaIdentities } from '../message/ra-identity.ts';
import type { ScepContext } from './context.ts';
import type { Authenticated, Received } from './progress.ts';

/**
 * Verifies the signature, and loads the RA identities again if the recipient is unknown: another
 * instance may have rotated the RA. Throws `Refusal` as `verifyPkiMessage` does. The signature
 * comes first, so that an unsigned message causes no read of a secret.
 */
export async function authenticate(
  { unverified, identities }: Received,
  { settings, newestIdentities }: ScepContext,
): Promise<{ readonly message: PkiMessage; readonly identities: RaIdentities }> {
  const message = verifyPkiMessage(unverified, settings.quirks);
  const { content } = message;
  const isKnown = content === undefined || findRecipient(content, identities) !== undefined;
  return { message, identities: isKnown ? identities : await newestIdentities() };
}

/** Reads the envelope without its content; throws `Refusal` as `readEnvelope` does. */
export const identifyRecipient = (
  { message, identities }: Authenticated,
  { settings }: ScepContext,
): { readonly envelope: Envelope } => ({
  envelope: readEnvelope(message.content, identities, settings.quirks),
});
