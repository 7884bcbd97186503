/**
 * Splits a CertRep by position, so that tests can check every byte. It verifies nothing, unlike the
 * client's reader.
 */
import { oid } from '../../support/kit/der.ts';
import { children, contentOf } from '../../support/kit/elements.ts';
import { oids } from '../../support/kit/oids.ts';

/** The fields of a SignedData with one signer. */
export interface CertRepFields {
  readonly eContent: Uint8Array | undefined;
  readonly certificates: readonly Uint8Array[];
  readonly digestAlgorithm: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  /** The encoded values of an attribute of the kit's name. */
  readonly values: (name: keyof typeof oids | `${number}.${string}`) => readonly Uint8Array[];
  readonly pkiStatus: string | undefined;
  readonly failInfo: string | undefined;
}

/** Splits a CertRep; throws for a missing element. */
export function certRepFieldsOf(certRep: Uint8Array): CertRepFields {
  const [, , encapsulated, certificates, signerInfos] = children(contentInfoContent(certRep));
  const [signerInfo] = children(required(signerInfos));
  const [, , digestAlgorithm, attributes, signatureAlgorithm] = children(required(signerInfo));
  const [, eContent] = children(required(encapsulated));
  const values: CertRepFields['values'] = (name) => {
    const dotted = name in oids ? oids[name as keyof typeof oids] : name;
    return children(required(attributes))
      .map((attribute) => children(attribute))
      .filter(([type]) => type && Buffer.compare(type, oid(dotted)) === 0)
      .flatMap(([, set]) => children(required(set)));
  };
  const text = (name: 'pkiStatus' | 'failInfo') => {
    const [value] = values(name);
    return value && Buffer.from(contentOf(value)).toString('latin1');
  };
  return {
    eContent: eContent && contentOf(required(children(eContent)[0])),
    certificates: children(required(certificates)),
    digestAlgorithm: required(digestAlgorithm),
    signatureAlgorithm: required(signatureAlgorithm),
    values,
    pkiStatus: text('pkiStatus'),
    failInfo: text('failInfo'),
  };
}

/** The content of a ContentInfo. */
export const contentInfoContent = (info: Uint8Array): Uint8Array =>
  required(children(required(children(info)[1]))[0]);

/** Returns the value, or throws: a test must not continue without an element that it checks. */
export function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('an element is missing');
  return value;
}

/** Bytes as hex, so that a test's report shows the difference. */
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
