/**
 * Reads the parts of a pkcsPKIEnvelope that are not encrypted (RFC 8894 section 3.2.2, RFC 5652
 * section 6): the recipient and the algorithms. Nothing is decrypted here, so a refusal reveals no
 * secret.
 */
import { hash } from 'node:crypto';
import { Malformed, type Node, read } from '../asn1/read.ts';
import { tags, toContextTag } from '../asn1/tags.ts';
import { expect, readElements, readImplicitOctets, readOctets, readOid } from '../asn1/values.ts';
import { Refusal } from '../core/errors.ts';
import { formatAlgorithm } from './algorithm-names.ts';
import { type Cipher, ciphers, isAllowed, type KeyTransport } from './algorithms.ts';
import { readKeyTransport } from './key-transport.ts';
import { readIfWellFormed, refuseMalformed } from './malformed.ts';
import { oids } from './oids.ts';
import type { Quirks } from './quirks.ts';
import type { RaIdentity } from './ra-identity.ts';

/** An envelope to one of our identities, in algorithms that this connector accepts. */
export interface Envelope {
  readonly recipient: RaIdentity;
  readonly transport: KeyTransport;
  readonly encryptedKey: Uint8Array;
  readonly cipher: Cipher;
  readonly iv: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/**
 * The values that the replay guard compares: an encrypted key is accepted with one envelope only
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
 * ACM PCA accepts requests of 32,768 characters of PEM, so a longer one is never opened. Requests
 * of Windows with an Intune challenge have 5,000.
 */
const maxCiphertextBytes = 24_000;

/** More recipients than a client needs that encrypts to the current and to the next RA. */
const maxRecipients = 10;

/**
 * Reads an envelope. Throws `Refusal`: `UnsupportedAlgorithm` for an algorithm that is not
 * accepted, `RecipientUnknown` if no recipient is one of our identities, `EnvelopeRefused` for
 * everything else.
 */
export const readEnvelope = (
  content: Uint8Array | undefined,
  identities: readonly RaIdentity[],
  quirks: Quirks,
): Envelope =>
  refuseMalformed(
    () => readParts(parseOnce(content ?? new Uint8Array()), identities, quirks),
    () => new Refusal('EnvelopeRefused'),
  );

/**
 * The identity that an envelope names, even if the rest of the envelope is malformed. It signs the
 * FAILURE. Undefined if no recipient is one of our identities.
 */
export const findRecipient = (
  content: Uint8Array | undefined,
  identities: readonly RaIdentity[],
): RaIdentity | undefined =>
  readIfWellFormed(() => {
    const { recipients } = splitEnvelope(parseOnce(content ?? new Uint8Array()));
    return findRecipientInfo(recipients, identities)?.recipient;
  });

/** `findRecipient` and `readEnvelope` read the same octets one after the other. */
const parsedContents = new WeakMap<Uint8Array, Node>();

function parseOnce(content: Uint8Array): Node {
  const node = parsedContents.get(content) ?? read(content);
  parsedContents.set(content, node);
  return node;
}

function readParts(contentInfo: Node, identities: readonly RaIdentity[], quirks: Quirks): Envelope {
  // AES-GCM has a container type of its own, which is as public as the OID of a cipher.
  if (readContentType(contentInfo) === oids.authEnvelopedData)
    throw new Refusal('UnsupportedAlgorithm', formatAlgorithm(oids.authEnvelopedData));
  const { recipients, encryptedContentInfo } = splitEnvelope(contentInfo);
  // The algorithms are checked first, so that a client with single DES gets badAlg for any
  // recipient.
  const encryptedContent = readEncryptedContent(encryptedContentInfo, quirks);
  const info = findRecipientInfo(recipients, identities);
  // Many clients encrypt to the CA's certificate instead of the RA's.
  if (info === undefined) throw new Refusal('RecipientUnknown');
  return {
    recipient: info.recipient,
    transport: readKeyTransport(info.algorithm),
    encryptedKey: readOctets(info.encryptedKey, 'encryptedKey'),
    ...encryptedContent,
  };
}

const readContentType = (contentInfo: Node): string =>
  readOid(readElements(contentInfo, tags.sequence, 'ContentInfo')[0], 'contentType');

/** Version and originatorInfo are ignored, because old clients write wrong ones. */
function splitEnvelope(contentInfo: Node) {
  const [, wrapped] = readElements(contentInfo, tags.sequence, 'ContentInfo');
  if (readContentType(contentInfo) !== oids.envelopedData) throw new Malformed('envelopedData');
  const [enveloped] = readElements(wrapped, toContextTag(0, 'constructed'), 'content');
  const parts = readElements(enveloped, tags.sequence, 'EnvelopedData');
  const recipients = parts.findIndex(({ tag }) => tag === tags.set);
  return { recipients: parts[recipients], encryptedContentInfo: parts[recipients + 1] };
}

function readEncryptedContent(node: Node | undefined, quirks: Quirks) {
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

/** Finds the RecipientInfo of one of our identities; undefined if no identity is addressed. */
function findRecipientInfo(set: Node | undefined, identities: readonly RaIdentity[]) {
  const infos = readElements(set, tags.set, 'recipientInfos');
  if (infos.length > maxRecipients) throw new Malformed('recipientInfos');
  const ours = infos
    .filter(({ tag }) => tag === tags.sequence)
    .flatMap(({ children: [, identifier, algorithm, encryptedKey] }) => {
      const recipient = identities.find((identity) => isAddressedTo(identifier, identity));
      return recipient ? [{ recipient, algorithm, encryptedKey }] : [];
    });
  const [info] = ours;
  // One identity is named at most (docs/rfc8894.md M-13), because two encrypted keys can hide two
  // requests.
  if (ours.length > 1) throw new Malformed('recipient');
  return info;
}

/**
 * Whether a subjectKeyIdentifier or an issuerAndSerialNumber names this identity. The issuer is not
 * compared, because many clients write it in other string types than the certificate has
 * (docs/decisions/006-recipients-by-serial.md). The serial number is enough: ACM PCA's are 128
 * random bits.
 */
function isAddressedTo(identifier: Node | undefined, { certificate }: RaIdentity): boolean {
  if (identifier?.tag === toContextTag(0)) {
    const own = certificate.subjectKeyIdentifier;
    return own !== undefined && Buffer.compare(identifier.content, own) === 0;
  }
  const [, serial] = readElements(identifier, tags.sequence, 'rid');
  return (
    Buffer.compare(expect(serial, tags.integer, 'serialNumber').content, certificate.serial) === 0
  );
}
