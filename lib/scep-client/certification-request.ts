import { createHash, type KeyObject } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { engine, toArrayBuffer } from './engine.ts';
import { ScepClientError } from './errors.ts';
import { importSigningKey, toPublicKeyInfo } from './identity.ts';
import { oids } from './oids.ts';
import { parseSubject } from './subject.ts';
import { buildWindowsAttributes, buildWindowsExtensions } from './windows-request.ts';

/** What the certificate should say, and the password that allows it. */
export interface RequestedCertificate {
  readonly subject: string;
  readonly dnsNames?: readonly string[];
  readonly emailAddresses?: readonly string[];
  readonly uris?: readonly string[];
  readonly challengePassword?: string | undefined;
  /** With everything that Windows puts into a request under Intune. */
  readonly asWindows?: boolean;
}

/**
 * A PKCS#10 request in DER. The same key and words give the same bytes (PKCS#1 v1.5 signatures are
 * deterministic), which is what lets a server recognise a retry.
 */
export async function buildCertificationRequest(
  key: KeyObject,
  wanted: RequestedCertificate,
): Promise<Uint8Array> {
  const request = new pkijs.CertificationRequest({ version: 0 });
  request.subject = parseSubject(wanted.subject);
  request.subjectPublicKeyInfo = toPublicKeyInfo(key);
  request.attributes = [
    ...(wanted.asWindows ? buildWindowsAttributes() : []),
    ...challengeAttributes(wanted),
    ...extensionAttributes(wanted),
  ];
  await request.sign(await importSigningKey(key), 'SHA-256', engine);
  return new Uint8Array(request.toSchema(true).toBER());
}

/** What a stored request asks for. */
export interface StoredRequest {
  readonly subject: pkijs.RelativeDistinguishedNames;
  readonly challengePassword: string | undefined;
}

/** Reads a request in DER. Refuses one that is not for the given key. */
export function readCertificationRequest(der: Uint8Array, key: KeyObject): StoredRequest {
  const request = pkijs.CertificationRequest.fromBER(toArrayBuffer(der));
  const ours = toPublicKeyInfo(key).toSchema();
  if (!request.subjectPublicKeyInfo.toSchema().isEqual(ours)) {
    throw new ScepClientError('folder', 'request.der is not for the key in key.pem: remove it.');
  }
  const attribute = request.attributes?.find(({ type }) => type === oids.challengePassword);
  const value: unknown = attribute?.values[0];
  const isText = value instanceof asn1js.PrintableString || value instanceof asn1js.Utf8String;
  return { subject: request.subject, challengePassword: isText ? value.getValue() : undefined };
}

/**
 * The transactionID of a request: the first 160 bits of its SHA-256 in upper-case hex. A retry of
 * the same request is the same transaction; another request, even with the same key, is another
 * one.
 */
export function deriveTransactionId(request: Uint8Array): string {
  return createHash('sha256').update(request).digest('hex').slice(0, 40).toUpperCase();
}

function challengeAttributes({ challengePassword }: RequestedCertificate): pkijs.Attribute[] {
  if (challengePassword === undefined) return [];
  // PrintableString where it can hold the password, as Apple's client chooses; UTF8String
  // otherwise.
  const StringType = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(challengePassword)
    ? asn1js.PrintableString
    : asn1js.Utf8String;
  const values = [new StringType({ value: challengePassword })];
  return [new pkijs.Attribute({ type: oids.challengePassword, values })];
}

function extensionAttributes(wanted: RequestedCertificate): pkijs.Attribute[] {
  const extensions = [
    ...(wanted.asWindows ? buildWindowsExtensions() : []),
    ...alternativeNames(wanted),
  ];
  if (extensions.length === 0) return [];
  const values = [new pkijs.Extensions({ extensions }).toSchema()];
  return [new pkijs.Attribute({ type: oids.extensionRequest, values })];
}

function alternativeNames(wanted: RequestedCertificate): pkijs.Extension[] {
  const names = [
    ...generalNames(1, 'email address', wanted.emailAddresses),
    ...generalNames(2, 'DNS name', wanted.dnsNames),
    ...generalNames(6, 'URI', wanted.uris),
  ];
  if (names.length === 0) return [];
  const extension = new pkijs.Extension({
    extnID: oids.subjectAltName,
    extnValue: new pkijs.GeneralNames({ names }).toSchema().toBER(),
  });
  return [extension];
}

function generalNames(type: 1 | 2 | 6, what: string, texts: readonly string[] = []) {
  return texts.map((value) => {
    if (/^[\x21-\x7e]+$/.test(value)) return new pkijs.GeneralName({ type, value });
    const reason = `“${value}” cannot be a ${what}: only visible ASCII characters can`;
    throw new ScepClientError('badArgument', `${reason} (use punycode or percent-encoding).`);
  });
}
