import { type KeyObject, sign } from 'node:crypto';
import { toSortedSet } from '../../../lib/der/write.ts';
import { certificateId } from './certificate-id.ts';
import {
  indefinite,
  integer,
  nothing,
  octetString,
  oid,
  sequence,
  setAsGiven,
  tagged,
  taggedPrimitive,
  tlv,
} from './der.ts';
import { flipped } from './elements.ts';
import { chunks, contentInfo } from './envelope.ts';
import { algorithm, type Digest, digests, oids, signatureAlgorithm } from './oids.ts';
import type { SignedAttribute } from './signed-attributes.ts';

/** A SignerInfo, right or wrong. */
export interface Signer {
  readonly key: KeyObject;
  readonly certificate: Uint8Array;
  readonly by?: 'issuerAndSerial' | 'subjectKeyId';
  readonly digest?: Digest;
  /** Names another digest than the one used. */
  readonly digestOid?: string;
  /** Leaves the NULL out after the digest's OID, as micromdm's server of 2016 does. */
  readonly digestWithoutNull?: boolean;
  /** An encoded AlgorithmIdentifier: algorithm(oids.rsaEncryption), for one. */
  readonly signatureAlgorithm?: Uint8Array;
  /** undefined: no signedAttrs, and the signature is over the content. */
  readonly attributes?: readonly SignedAttribute[];
  /** false: the attributes are sent, and signed, in the order given, which is not DER. */
  readonly sortAttributes?: boolean;
  readonly corruptSignature?: boolean;
  /** Rewrites the signedAttrs that are sent; the signature stays that of their DER form. */
  readonly rewriteAttributes?: (der: Uint8Array) => Uint8Array;
  /** An encoded SignerIdentifier instead of the certificate's. */
  readonly id?: Uint8Array;
}

/** A SignedData, right or wrong. */
export interface SignedDataOptions {
  /** undefined: no eContent. */
  readonly content?: Uint8Array;
  readonly contentType?: string;
  readonly signers: readonly Signer[];
  /** The embedded certificates, as bytes and in order. No field at all when undefined. */
  readonly certificates?: readonly Uint8Array[];
  /** 'ber': indefinite lengths outside and a constructed eContent, as jscep sends them. */
  readonly outer?: 'der' | 'ber';
  readonly version?: number;
}

/** A SignedData in its ContentInfo. */
export function buildSignedData(options: SignedDataOptions): Uint8Array {
  const { content, contentType = oids.data, signers, certificates, outer = 'der' } = options;
  const ber = outer === 'ber';
  const digestAlgorithms = new Map(signers.map((one) => [digestOidOf(one), digestAlgorithm(one)]));
  const parts = [
    integer(options.version ?? 1),
    setAsGiven(...digestAlgorithms.values()),
    encapsulated(contentType, content, ber),
    certificates ? tagged(0, ...certificates) : nothing(),
    setAsGiven(...signers.map((signer) => signerInfo(signer, content ?? nothing()))),
  ];
  if (!ber) return contentInfo(oids.signedData, sequence(...parts));
  return indefinite(0x30, oid(oids.signedData), indefinite(0xa0, indefinite(0x30, ...parts)));
}

/** A degenerate SignedData (no content, no signers) of certificates, in the order given. */
export const certificateBag = (...certificates: readonly Uint8Array[]) =>
  buildSignedData({ certificates, signers: [] });

const digestOidOf = (signer: Signer) => signer.digestOid ?? digests[signer.digest ?? 'sha256'].oid;

const digestAlgorithm = (signer: Signer) =>
  algorithm(digestOidOf(signer), signer.digestWithoutNull ? nothing() : undefined);

function encapsulated(type: string, content: Uint8Array | undefined, ber: boolean): Uint8Array {
  if (!content) return sequence(oid(type));
  if (!ber) return sequence(oid(type), tagged(0, octetString(content)));
  return indefinite(0x30, oid(type), indefinite(0xa0, indefinite(0x24, ...chunks(content))));
}

function signerInfo(signer: Signer, content: Uint8Array): Uint8Array {
  const digest = signer.digest ?? 'sha256';
  const encoded = signer.attributes?.map((attribute) => attribute.der);
  const inOrder = encoded && signer.sortAttributes !== false ? toSortedSet(encoded) : encoded;
  const signedBytes = inOrder ? setAsGiven(...inOrder) : content;
  const signature = new Uint8Array(sign(digest, signedBytes, signer.key));
  const id = certificateId(signer.certificate);
  const bySki = signer.by === 'subjectKeyId';
  return sequence(
    integer(bySki ? 3 : 1),
    signer.id ?? (bySki ? taggedPrimitive(0, id.subjectKeyId) : id.issuerAndSerial),
    digestAlgorithm(signer),
    inOrder ? (signer.rewriteAttributes ?? same)(tlv(0xa0, ...inOrder)) : nothing(),
    signer.signatureAlgorithm ?? signatureAlgorithm(signer.key, digest),
    octetString(signer.corruptSignature ? flipped(signature) : signature),
  );
}

const same = (der: Uint8Array): Uint8Array => der;
