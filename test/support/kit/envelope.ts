import { type CipherName, ciphers, encryptContent, randomIv, randomKey } from './ciphers.ts';
import {
  concat,
  indefinite,
  integer,
  nothing,
  octetString,
  oid,
  sequence,
  setAsGiven,
  tagged,
  taggedPrimitive,
} from './der.ts';
import { oids } from './oids.ts';
import { keyTransRecipient, type Recipient } from './recipient.ts';

/** How the ciphertext is written: DER's primitive [0], or as BER senders do, or not at all. */
type ContentForm = 'primitive' | 'constructed' | 'indefinite' | 'empty' | 'absent';

/** An EnvelopedData, right or wrong. Only content and recipients are needed. */
export interface EnvelopeOptions {
  readonly content: Uint8Array;
  /** KeyTrans recipients, or a whole RecipientInfo as bytes. */
  readonly recipients: readonly (Recipient | Uint8Array)[];
  readonly cipher?: CipherName;
  /** Says another cipher than the one that was used. */
  readonly cipherOid?: string;
  readonly contentKey?: Uint8Array;
  /** What the recipients get instead of the content key (a wrong length, for one). */
  readonly transportedKey?: Uint8Array;
  readonly iv?: Uint8Array;
  /** The whole encoded cipher parameter, instead of the IV's OCTET STRING. */
  readonly cipherParameter?: Uint8Array;
  /** false: the content is encrypted as it is (whole blocks), so that its padding may be wrong. */
  readonly padded?: boolean;
  readonly alterCiphertext?: (ciphertext: Uint8Array) => Uint8Array;
  readonly contentForm?: ContentForm;
  /** Octets in each part of a constructed ciphertext. */
  readonly chunkBytes?: number;
  /** encryptedContentInfo.contentType; data when absent. */
  readonly contentType?: string;
  readonly version?: number;
}

/** An EnvelopedData in its ContentInfo. */
export function buildEnvelope(options: EnvelopeOptions): Uint8Array {
  const cipher = options.cipher ?? 'aes128';
  const key = options.contentKey ?? randomKey(cipher);
  const iv = options.iv ?? randomIv(cipher);
  const plain = { cipher, key, iv, padded: options.padded };
  const ciphertext = encryptContent(options.content, plain);
  const altered = options.alterCiphertext?.(ciphertext) ?? ciphertext;
  const recipients = options.recipients.map((recipient) =>
    recipient instanceof Uint8Array
      ? recipient
      : keyTransRecipient(recipient, options.transportedKey ?? key),
  );
  const cipherOid = options.cipherOid ?? ciphers[cipher].oid;
  const encryptedContentInfo = sequence(
    oid(options.contentType ?? oids.data),
    sequence(oid(cipherOid), options.cipherParameter ?? octetString(iv)),
    encryptedContent(altered, options),
  );
  const hasSki = options.recipients.some((one) => 'by' in one && one.by === 'subjectKeyId');
  const envelopedData = sequence(
    integer(options.version ?? (hasSki ? 2 : 0)),
    setAsGiven(...recipients),
    encryptedContentInfo,
  );
  return contentInfo(oids.envelopedData, envelopedData);
}

/** A ContentInfo around a content. */
export const contentInfo = (type: string, content: Uint8Array) =>
  sequence(oid(type), tagged(0, content));

// Chunks of an odd size, so that no reader may rely on block boundaries.
const usualChunkBytes = 1000;

function encryptedContent(
  ciphertext: Uint8Array,
  { contentForm = 'primitive', chunkBytes }: EnvelopeOptions,
): Uint8Array {
  switch (contentForm) {
    case 'primitive':
      return taggedPrimitive(0, ciphertext);
    case 'constructed':
      return tagged(0, ...chunks(ciphertext, chunkBytes));
    case 'indefinite':
      return indefinite(0xa0, ...chunks(ciphertext, chunkBytes));
    case 'empty':
      return taggedPrimitive(0, nothing());
    case 'absent':
      return nothing();
  }
}

/** The bytes as several OCTET STRINGs: the inside of a constructed one. */
export function chunks(bytes: Uint8Array, size = usualChunkBytes): readonly Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / size));
  return Array.from({ length: count }, (_, index) =>
    octetString(concat(bytes.subarray(index * size, (index + 1) * size))),
  );
}
