/**
 * The pkcsPKIEnvelope as it lies in the open (RFC 8894 section 3.2.2, RFC 5652 section 6): to whom
 * it is encrypted and how. Nothing is decrypted here, so what is refused here is known to everybody
 * on the wire.
 */
import { hash } from 'node:crypto';
import { Malformed, type Node, read } from '../asn1/read.ts';
import { tags, toContextTag } from '../asn1/tags.ts';
import { expect, readElements, readImplicitOctets, readOctets, readOid } from '../asn1/values.ts';
import { Refusal } from '../core/errors.ts';
import { formatAlgorithm } from './algorithm-names.ts';
import { type Cipher, ciphers, isAllowed, type KeyTransport } from './algorithms.ts';
import { readKeyTransport } from './key-transport.ts';
import { oids } from './oids.ts';
import type { Quirks } from './quirks.ts';
import type { RaIdentity } from './ra-identity.ts';

/** An envelope addressed to one of our identities, in algorithms this connector speaks. */
export interface Envelope {
  readonly recipient: RaIdentity;
  readonly transport: KeyTransport;
  readonly encryptedKey: Uint8Array;
  readonly cipher: Cipher;
  readonly iv: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/**
 * What the replay guard compares: one encrypted key may come with one envelope only
 * (docs/security.md#oracles).
 */
export interface EnvelopeFingerprint {
  readonly encryptedKeySha256: string;
  readonly envelopeSha256: string;
}

export const fingerprintEnvelope = (envelope: Envelope): EnvelopeFingerprint => ({
  encryptedKeySha256: sha256Hex(envelope.encryptedKey),
  envelopeSha256: sha256Hex(
    Buffer.concat([Buffer.from(envelope.cipher.oid), envelope.iv, envelope.ciphertext]),
  ),
});

const sha256Hex = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');

/**
 * ACM PCA takes requests of 32,768 characters, as PEM: what is longer need not be opened. Windows's
 * with an Intune challenge have 5,000.
 */
const maxCiphertextBytes = 24_000;

/**
 * More recipients than a client with a rollover RA pair could have, and few enough to look through.
 */
const maxRecipients = 10;

/**
 * Reads an envelope. Throws `Refusal`: `UnsupportedAlgorithm` for algorithms off the lists,
 * `RecipientUnknown` if no recipient is one of our identities, `EnvelopeRefused` for everything
 * else.
 */
export function readEnvelope(
  content: Uint8Array | undefined,
  identities: readonly RaIdentity[],
  quirks: Quirks,
): Envelope {
  try {
    return envelopeOf(readOnce(content ?? new Uint8Array()), identities, quirks);
  } catch (error) {
    if (error instanceof Malformed) throw new Refusal('EnvelopeRefused');
    throw error;
  }
}

/**
 * The identity an envelope names, whatever else is wrong with it: a FAILURE is signed by whom the
 * device asked.
 */
export function findRecipient(
  content: Uint8Array | undefined,
  identities: readonly RaIdentity[],
): RaIdentity | undefined {
  try {
    const { recipients } = partsOf(readOnce(content ?? new Uint8Array()));
    return recipientOf(recipients, identities)?.recipient;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** Whose envelope it is and what is in it are asked one after the other, of the same octets. */
const known = new WeakMap<Uint8Array, Node>();

function readOnce(content: Uint8Array): Node {
  const node = known.get(content) ?? read(content);
  known.set(content, node);
  return node;
}

function envelopeOf(
  contentInfo: Node,
  identities: readonly RaIdentity[],
  quirks: Quirks,
): Envelope {
  // The type of the container of AES-GCM is in clear, as its cipher is.
  if (typeOf(contentInfo) === oids.authEnvelopedData)
    throw new Refusal('UnsupportedAlgorithm', formatAlgorithm(oids.authEnvelopedData));
  const { recipients, encrypted } = partsOf(contentInfo);
  // Algorithms first: a client of single DES shall hear badAlg, whomever it addressed.
  const content = encryptedContentOf(encrypted, quirks);
  const addressed = recipientOf(recipients, identities);
  // Many clients encrypt to the CA's certificate.
  if (addressed === undefined) throw new Refusal('RecipientUnknown');
  const { recipient, algorithm, encryptedKey } = addressed;
  return {
    recipient,
    transport: readKeyTransport(algorithm),
    encryptedKey: readOctets(encryptedKey, 'encryptedKey'),
    ...content,
  };
}

const typeOf = (contentInfo: Node): string =>
  readOid(readElements(contentInfo, tags.sequence, 'ContentInfo')[0], 'contentType');

/** Version 0 or 2 and originatorInfo say nothing that matters here; old clients get them wrong. */
function partsOf(contentInfo: Node) {
  const [, wrapped] = readElements(contentInfo, tags.sequence, 'ContentInfo');
  if (typeOf(contentInfo) !== oids.envelopedData) throw new Malformed('envelopedData');
  const [enveloped] = readElements(wrapped, toContextTag(0, 'constructed'), 'content');
  const parts = readElements(enveloped, tags.sequence, 'EnvelopedData');
  const recipients = parts.findIndex(({ tag }) => tag === tags.set);
  return { recipients: parts[recipients], encrypted: parts[recipients + 1] };
}

function encryptedContentOf(node: Node | undefined, quirks: Quirks) {
  const [type, algorithm, content] = readElements(node, tags.sequence, 'EncryptedContentInfo');
  if (readOid(type, 'contentType') !== oids.data) throw new Malformed('encrypted contentType');
  const [id, parameter] = readElements(algorithm, tags.sequence, 'contentEncryptionAlgorithm');
  const cipherOid = readOid(id, 'contentEncryptionAlgorithm');
  const cipher = ciphers.get(cipherOid);
  if (cipher === undefined || !isAllowed(cipher, quirks))
    throw new Refusal('UnsupportedAlgorithm', formatAlgorithm(cipherOid));
  const iv = readOctets(parameter, 'iv');
  const ciphertext = readImplicitOctets(content, toContextTag(0), 'encryptedContent');
  if (iv.length !== cipher.blockLength) throw new Malformed('iv');
  if (ciphertext.length === 0 || ciphertext.length % cipher.blockLength !== 0)
    throw new Malformed('encryptedContent');
  if (ciphertext.length > maxCiphertextBytes) throw new Malformed('encryptedContent');
  return { cipher, iv, ciphertext };
}

/** The recipient that is one of our identities; undefined if there is no such one. */
function recipientOf(set: Node | undefined, identities: readonly RaIdentity[]) {
  const infos = readElements(set, tags.set, 'recipientInfos');
  if (infos.length > maxRecipients) throw new Malformed('recipientInfos');
  const ours = infos
    .filter(({ tag }) => tag === tags.sequence)
    .flatMap(({ children: [, identifier, algorithm, encryptedKey] }) => {
      const recipient = identities.find((identity) => isAddressedTo(identifier, identity));
      return recipient ? [{ recipient, algorithm, encryptedKey }] : [];
    });
  const [info] = ours;
  // docs/rfc8894.md M-13: one names us at most; with two, which key's plaintext would be the
  // request?
  if (ours.length > 1) throw new Malformed('recipient');
  return info;
}

/**
 * By SKI, or by serial number alone: ACM PCA's are 128 random bits, and clients that write the
 * issuer in other string types than its certificate has are many (UCM compared byte for byte and
 * locked out fleets).
 */
function isAddressedTo(identifier: Node | undefined, { certificate }: RaIdentity): boolean {
  if (identifier?.tag === toContextTag(0)) {
    const wanted = certificate.subjectKeyIdentifier;
    return wanted !== undefined && Buffer.compare(identifier.content, wanted) === 0;
  }
  const [, serial] = readElements(identifier, tags.sequence, 'rid');
  return (
    Buffer.compare(expect(serial, tags.integer, 'serialNumber').content, certificate.serial) === 0
  );
}
