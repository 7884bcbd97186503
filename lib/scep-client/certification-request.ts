/** Builds and reads PKCS#10 certification requests. */
import { createHash, type KeyObject } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { engine, toArrayBuffer } from './engine.ts';
import { ScepClientError } from './errors.ts';
import { importSigningKey, toPublicKeyInfo } from './identity.ts';
import { oids } from './oids.ts';
import { parseSubject } from './subject.ts';
import { buildWindowsAttributes, buildWindowsExtensions } from './windows-request.ts';

/** The names of the requested certificate, and the challenge password. */
export interface RequestedCertificate {
  readonly subject: string;
  readonly dnsNames?: readonly string[];
  readonly emailAddresses?: readonly string[];
  readonly uris?: readonly string[];
  readonly challengePassword?: string | undefined;
  /** Adds the attributes and extensions that Windows sends under Intune. */
  readonly asWindows?: boolean;
}

/**
 * Builds a PKCS#10 request in DER. The same key and names give the same bytes, because PKCS#1 v1.5
 * signatures are deterministic. A server can therefore recognise a retry.
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
    ...buildChallengeAttributes(wanted),
    ...buildExtensionAttributes(wanted),
  ];
  await request.sign(await importSigningKey(key), 'SHA-256', engine);
  return new Uint8Array(request.toSchema(true).toBER());
}

/** The content of a stored request. */
export interface StoredRequest {
  readonly subject: pkijs.RelativeDistinguishedNames;
  readonly challengePassword: string | undefined;
}

/** Reads a request in DER. Throws `folder` if it is for another key. */
export function readCertificationRequest(der: Uint8Array, key: KeyObject): StoredRequest {
  const request = pkijs.CertificationRequest.fromBER(toArrayBuffer(der));
  const ours = toPublicKeyInfo(key).toSchema();
  if (!request.subjectPublicKeyInfo.toSchema().isEqual(ours)) {
    throw new ScepClientError('folder', 'request.der is not for the key in key.pem. Remove it.');
  }
  const attribute = request.attributes?.find(({ type }) => type === oids.challengePassword);
  const value: unknown = attribute?.values[0];
  const isText = value instanceof asn1js.PrintableString || value instanceof asn1js.Utf8String;
  return { subject: request.subject, challengePassword: isText ? value.getValue() : undefined };
}

/**
 * Derives the transactionID of a request, the first 160 bits of its SHA-256 in upper-case hex. A
 * retry has the same transactionID; another request has another one, even with the same key.
 */
export function deriveTransactionId(request: Uint8Array): string {
  return createHash('sha256').update(request).digest('hex').slice(0, 40).toUpperCase();
}

function buildChallengeAttributes({ challengePassword }: RequestedCertificate): pkijs.Attribute[] {
  if (challengePassword === undefined) return [];
  // As in Apple's client, UTF8String is for passwords that do not fit a PrintableString.
  const StringType = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(challengePassword)
    ? asn1js.PrintableString
    : asn1js.Utf8String;
  const values = [new StringType({ value: challengePassword })];
  return [new pkijs.Attribute({ type: oids.challengePassword, values })];
}

function buildExtensionAttributes(wanted: RequestedCertificate): pkijs.Attribute[] {
  const extensions = [
    ...(wanted.asWindows ? buildWindowsExtensions() : []),
    ...buildAlternativeNames(wanted),
  ];
  if (extensions.length === 0) return [];
  const values = [new pkijs.Extensions({ extensions }).toSchema()];
  return [new pkijs.Attribute({ type: oids.extensionRequest, values })];
}

function buildAlternativeNames(wanted: RequestedCertificate): pkijs.Extension[] {
  const names = [
    ...buildGeneralNames(1, 'email address', wanted.emailAddresses),
    ...buildGeneralNames(2, 'DNS name', wanted.dnsNames),
    ...buildGeneralNames(6, 'URI', wanted.uris),
  ];
  if (names.length === 0) return [];
  const extension = new pkijs.Extension({
    extnID: oids.subjectAltName,
    extnValue: new pkijs.GeneralNames({ names }).toSchema().toBER(),
  });
  return [extension];
}

function buildGeneralNames(type: 1 | 2 | 6, what: string, texts: readonly string[] = []) {
  return texts.map((value) => {
    if (/^[\x21-\x7e]+$/.test(value)) return new pkijs.GeneralName({ type, value });
    const message = `“${value}” is not a valid ${what}. Use visible ASCII characters, punycode or percent-encoding.`;
    throw new ScepClientError('badArgument', message);
  });
}
