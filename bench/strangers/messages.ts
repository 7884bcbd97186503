/** Requests of a stranger, built ahead: each is refused, for another reason. */
import { X509Certificate } from 'node:crypto';
import {
  buildCertificationRequest,
  deriveTransactionId,
} from '../../lib/scep-client/certification-request.ts';
import { createSelfSignedIdentity, generateKey } from '../../lib/scep-client/identity.ts';
import { buildPkcsReq } from '../../lib/scep-client/request-message.ts';
import { parseSubject } from '../../lib/scep-client/subject.ts';

/** Builds so many messages to an RA. */
export type MessageBuilder = (
  count: number,
  raCertificate: Uint8Array,
) => Promise<readonly Uint8Array[]>;

const encryption = { cipher: 'aes128', oaep: false } as const;

let built = 0;

/** A builder of messages with a wrong challenge; `change` spoils them further. */
const builder =
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
      const wanted = { subject: `CN=stranger-${built}`, challengePassword: `WRONG-${built}` };
      const request = await buildCertificationRequest(identity.key, wanted);
      const transactionId = deriveTransactionId(request);
      const from = { identity, recipient, transactionId, encryption };
      const { bytes } = await buildPkcsReq(from, change.request?.(request) ?? request);
      messages.push(change.message?.(bytes) ?? bytes);
    }
    return messages;
  };

/** Its last octet is one of the signature: the signer is the last part of a SignedData. */
const withWrongEnd = (bytes: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
};

/** A wrong challenge in each. */
export const buildGuesses: MessageBuilder = builder();

/** One message with a wrong challenge, again and again. */
export const buildMessage: MessageBuilder = async (count, raCertificate) => {
  const [message] = await buildGuesses(1, raCertificate);
  return Array.from({ length: count }, () => message ?? new Uint8Array());
};

/** Envelopes to the RA without a PKCS#10 inside. */
export const buildUnreadableMessage: MessageBuilder = builder({
  request: (der) => der.subarray(1),
});

/** Messages with a wrong signature, to an unknown recipient. */
export const buildForgedMessage: MessageBuilder = builder({
  message: withWrongEnd,
  isToStranger: true,
});
