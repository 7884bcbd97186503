import { type KeyObject, sign } from 'node:crypto';
import {
  bitString,
  integer,
  nothing,
  oid,
  type StringType,
  sequence,
  setAsGiven,
  setOf,
  stringTypes,
  tagged,
} from './der.ts';
import type { TestKey } from './keys.ts';
import { rsaKey } from './keys.ts';
import { cn, name } from './names.ts';
import { type Digest, digests, oids, signatureAlgorithm } from './oids.ts';

/** A challengePassword: a text (PrintableString), or a text with its string type. */
type Challenge = string | { readonly value: string; readonly as: StringType };

/** What a PKCS#10 request says, right or wrong. Everything has a good default. */
export interface CsrOptions {
  readonly key?: TestKey;
  /** An encoded Name; CN=device when absent. */
  readonly subject?: Uint8Array;
  /** Each becomes its own attribute: none, one, or (wrongly) several. */
  readonly challenges?: readonly Challenge[];
  /** Encoded Extensions for one extensionRequest attribute; no attribute when empty. */
  readonly extensions?: readonly Uint8Array[];
  /** Further encoded Attributes (see csrAttribute()). */
  readonly attributes?: readonly Uint8Array[];
  /** The version INTEGER: 0 by RFC 2986; Apple's MDM client of 2016 sent another. */
  readonly version?: number;
  readonly digest?: Digest;
  /** Leaves out `attributes [0]`, which RFC 2986 section 4.1 does not make optional. */
  readonly withoutAttributes?: boolean;
  /**
   * Leaves out the NULL after sha256WithRSAEncryption, which RFC 4055 section 5 lets readers
   * accept.
   */
  readonly withoutNull?: boolean;
  /** Signs with another key than the one inside: no proof of possession. */
  readonly signWith?: KeyObject;
  /** How another kind of key signs: an encoded AlgorithmIdentifier, and the signature. */
  readonly signature?: {
    readonly algorithm: Uint8Array;
    readonly sign: (info: Uint8Array) => Uint8Array;
  };
  /** Flips a bit of the self-signature. */
  readonly corruptSignature?: boolean;
}

/** A CertificationRequest in DER. */
export function buildCsr(options: CsrOptions = {}): Uint8Array {
  const key = options.key ?? rsaKey();
  const digest = options.digest ?? 'sha256';
  const info = sequence(
    integer(options.version ?? 0),
    options.subject ?? name(cn('device')),
    key.spki,
    options.withoutAttributes ? nothing() : tagged(0, ...allAttributes(options)),
  );
  const signingKey = options.signWith ?? key.privateKey;
  const signature = new Uint8Array(options.signature?.sign(info) ?? sign(digest, info, signingKey));
  if (options.corruptSignature) signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
  const algorithm = options.withoutNull
    ? sequence(oid(digests[digest].withRsa))
    : (options.signature?.algorithm ?? signatureAlgorithm(signingKey, digest));
  return sequence(info, algorithm, bitString(signature));
}

/** An Attribute of a CSR: an OID and its values. */
export const csrAttribute = (dotted: string, ...values: readonly Uint8Array[]) =>
  sequence(oid(dotted), setAsGiven(...values));

function allAttributes(options: CsrOptions): readonly Uint8Array[] {
  const { challenges = [], extensions = [], attributes = [] } = options;
  const requested = sequence(...extensions);
  return [
    ...challenges.map(challengeAttribute),
    ...(extensions.length > 0 ? [sequence(oid(oids.extensionRequest), setOf(requested))] : []),
    ...attributes,
  ];
}

function challengeAttribute(challenge: Challenge): Uint8Array {
  const { value, as } =
    typeof challenge === 'string' ? { value: challenge, as: 'printable' as const } : challenge;
  return csrAttribute(oids.challengePassword, stringTypes[as](value));
}
