/** Requests of a stranger, built ahead. Each kind is refused for another reason. */
import { X509Certificate } from 'node:crypto';
import {
  buildCertificationRequest,
  deriveTransactionId,
} from '../../lib/scep-client/certification-request.ts';
import { createSelfSignedIdentity, generateKey } from '../../lib/scep-client/identity.ts';
import { buildPkcsReq } from '../../lib/scep-client/request-message.ts';
import { parseSubject } from '../../lib/scep-client/subject.ts';

/** Builds `count` messages to an RA. */
export type MessageBuilder = (
  count: number,
  raCertificate: Uint8Array,
) => Promise<readonly Uint8Array[]>;

const encryption = { cipher: 'aes128', oaep: false } as const;

let built = 0;

/** Creates a builder of messages with a wrong challenge. `change` corrupts them further. */
const createBuilder =
  (
    change: {
      readonly request?: (der: Uint8Array) => Uint8Array;
      readonly message?: (bytes: Uint8Array) => Uint8Array;
      readonly isToStranger?: boolean;
    } = {},
  ): MessageBuilder =>
  async (count, raCertificate) => {
    const identity = await createSelfSignedIdentity(
      await generateKey(2048),
      parseSubject('CN=stranger'),
    );
    const own = Buffer.from(identity.certificate.toSchema().toBER());
    const recipient = new X509Certificate(change.isToStranger ? own : raCertificate);
    const messages: Uint8Array[] = [];
    for (let at = 0; at < count; at += 1) {
      built += 1;
      const terms = { subject: `CN=stranger-${built}`, challengePassword: `WRONG-${built}` };
      const request = await buildCertificationRequest(identity.key, terms);
      const transactionId = deriveTransactionId(request);
      const from = { identity, recipient, transactionId, encryption };
      const { bytes } = await buildPkcsReq(from, change.request?.(request) ?? request);
      messages.push(change.message?.(bytes) ?? bytes);
    }
    return messages;
  };

/**
 * Changes the last octet, which belongs to the signature, since the signer is the last part of a
 * SignedData.
 */
const corruptLastOctet = (bytes: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
};

/** Builds messages with a different wrong challenge each. */
export const buildGuesses: MessageBuilder = createBuilder();

/** Builds one message with a wrong challenge, and repeats it. */
export const buildMessage: MessageBuilder = async (count, raCertificate) => {
  const [message] = await buildGuesses(1, raCertificate);
  return Array.from({ length: count }, () => message ?? new Uint8Array());
};

/** Builds envelopes to the RA that contain no PKCS#10. */
export const buildUnreadableMessage: MessageBuilder = createBuilder({
  request: (der) => der.subarray(1),
});

/** Builds messages with a wrong signature to an unknown recipient. */
export const buildForgedMessage: MessageBuilder = createBuilder({
  message: corruptLastOctet,
  isToStranger: true,
});
