/**
 * Reads a PKCS#10 as Intune does: the challenge, and everything that a SCEP profile defines about a
 * request.
 */
import { createPublicKey, verify } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { csrSignatureHashes } from '../acm-pca/algorithms.ts';

/** The parts of a request that a profile can define. */
export interface ReadRequest {
  /** `CN=a,O=b`, in the request's order. */
  readonly subject: string;
  /** `kind:value`, sorted. */
  readonly alternativeNames: readonly string[];
  readonly keyBits: number;
  /** Dotted, sorted; Windows sends them, Apple does not. */
  readonly extendedKeyUsages: readonly string[];
  readonly challenges: readonly string[];
}

const oids = {
  challengePassword: '1.2.840.113549.1.9.7',
  extensionRequest: '1.2.840.113549.1.9.14',
  alternativeName: '2.5.29.17',
  extendedKeyUsage: '2.5.29.37',
  userPrincipalName: '1.3.6.1.4.1.311.20.2.3',
} as const;

const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '1.2.840.113549.1.9.1': 'E',
};

/** Reads a request; throws if it is not a PKCS#10 or if its key did not sign it. */
export const readRequest = (der: Uint8Array): ReadRequest => {
  const request = pkijs.CertificationRequest.fromBER(der);
  const spki = Buffer.from(request.subjectPublicKeyInfo.toSchema().toBER());
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const hash = csrSignatureHashes[request.signatureAlgorithm.algorithmId];
  const signature = request.signatureValue.valueBlock.valueHexView;
  if (!hash || !verify(hash, request.tbsView, key, signature)) throw new Error('self-signature');
  const extensions = readExtensions(request);
  return {
    subject: formatSubject(request.subject),
    alternativeNames: readAlternativeNames(extensions),
    keyBits: key.asymmetricKeyDetails?.modulusLength ?? 0,
    extendedKeyUsages: readUsages(extensions),
    challenges: findAttributeValues(request, oids.challengePassword).map(readText),
  };
};

const findAttributeValues = (request: pkijs.CertificationRequest, id: string): readonly unknown[] =>
  (request.attributes ?? []).filter(({ type }) => type === id).flatMap(({ values }) => values);

const readText = (value: unknown): string =>
  String((value as { valueBlock: { value: unknown } }).valueBlock.value);

const formatSubject = ({ typesAndValues }: pkijs.RelativeDistinguishedNames): string =>
  typesAndValues
    .map(({ type, value }) => `${shortNames[type] ?? type}=${readText(value)}`)
    .join(',');

const readExtensions = (request: pkijs.CertificationRequest): readonly pkijs.Extension[] =>
  findAttributeValues(request, oids.extensionRequest).flatMap(
    (schema) => new pkijs.Extensions({ schema: schema as asn1js.AsnType }).extensions,
  );

const readUsages = (extensions: readonly pkijs.Extension[]): readonly string[] => {
  const value = extensions.find(({ extnID }) => extnID === oids.extendedKeyUsage)?.parsedValue;
  return ((value as pkijs.ExtKeyUsage | undefined)?.keyPurposes ?? []).toSorted();
};

const readAlternativeNames = (extensions: readonly pkijs.Extension[]): readonly string[] => {
  const value = extensions.find(({ extnID }) => extnID === oids.alternativeName)?.parsedValue;
  return ((value as pkijs.AltName | undefined)?.altNames ?? []).map(formatName).toSorted();
};

const kinds: Readonly<Record<number, string>> = { 1: 'email', 2: 'dns', 6: 'uri' };

const formatName = ({ type, value }: pkijs.GeneralName): string => {
  const kind = kinds[type];
  if (kind !== undefined) return `${kind}:${value}`;
  const [id, content] = (value as asn1js.Constructed | undefined)?.valueBlock?.value ?? [];
  const isUpn = id instanceof asn1js.ObjectIdentifier && id.getValue() === oids.userPrincipalName;
  const [text] = (content as asn1js.Constructed | undefined)?.valueBlock.value ?? [];
  return isUpn ? `upn:${readText(text)}` : `other:${type}`;
};
