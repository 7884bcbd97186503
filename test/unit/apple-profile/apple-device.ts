/** Simulates an Apple device that installs a profile. All its input comes from the profile. */
import { createHash, randomUUID, type X509Certificate } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type PlistValue, parse } from 'plist';
import { readCertificateBag } from '../../../lib/scep-client/issued-certificates.ts';
import { children, contentOf } from '../../support/kit/elements.ts';
import { generalName, keyUsage, subjectAltName } from '../../support/kit/extensions.ts';
import { rsaKey, type TestKey } from '../../support/kit/keys.ts';
import { cn, type NameAttribute, name } from '../../support/kit/names.ts';
import { type BuiltMessage, certPoll, pkcsReq, selfSigned } from '../../support/kit/pkcs-req.ts';
import { readReply } from '../../support/kit/reply.ts';

/** The members of the SCEP payload's content that a device reads. */
export interface ScepContent {
  readonly URL: string;
  readonly Name: string;
  readonly Subject: readonly (readonly (readonly [string, string])[])[];
  readonly SubjectAltName?: Readonly<Record<string, string | readonly string[]>>;
  readonly Challenge: string;
  readonly Keysize: number;
  readonly 'Key Usage': number;
  readonly CAFingerprint: Uint8Array;
}

/** A payload of a profile. */
export type AnyPayload = Readonly<Record<string, PlistValue>> & { readonly PayloadType: string };

/** Reads the payloads of a profile, in their order. */
export const payloadsOf = (profile: string): readonly AnyPayload[] =>
  (parse(profile) as unknown as { readonly PayloadContent: readonly AnyPayload[] }).PayloadContent;

/** Reads the content of the SCEP payload. */
export function scepContentOf(profile: string): ScepContent {
  const payload = payloadsOf(profile).find((one) => one.PayloadType === 'com.apple.security.scep');
  return payload?.PayloadContent as unknown as ScepContent;
}

/** Installs a profile and returns the final reply. */
export async function enrolledBy(profile: string, key: TestKey = rsaKey(2048, randomUUID())) {
  const content = scepContentOf(profile);
  const capabilities = await asked(content, 'operation=GetCACaps&message=');
  // SecSCEP.c splits the text at LF and compares whole lines.
  const lines = Buffer.from(capabilities).toString('utf8').split('\n');
  if (!lines.includes('AES') || !lines.includes('SHA-256')) throw new Error('no AES, no SHA-256');
  const bag = await asked(content, `operation=GetCACert&message=${encodeURI(content.Name)}`);
  const ra = trustedRa(readCertificateBag(bag), content.CAFingerprint);
  const request = pkcsReq({
    ra: { raCertificate: new Uint8Array(ra.raw) },
    key,
    csrBytes: undefined,
    csr: { key, ...csrOf(content) },
    // The subject of the signer certificate is a new UUID, not the subject of the request.
    signerCertificate: selfSigned(key, name(cn(randomUUID()))),
    transactionId: transactionIdOf(key),
  });
  const identity = { raCertificate: new Uint8Array(ra.raw) };
  const exchange = async (message: BuiltMessage) => {
    const query = `operation=PKIOperation&message=${appleBase64(message.message)}`;
    return readReply(await asked(content, query), message, identity);
  };
  let reply = await exchange(request);
  for (let polls = 0; reply.status === 'PENDING' && polls < maxPolls; polls += 1) {
    await setTimeout(pollMilliseconds);
    reply = await exchange(certPoll({ ra: identity, request }));
  }
  return reply;
}

/** A device polls every 30 s, which is too slow for a test. */
const pollMilliseconds = 300;
const maxPolls = 60;

/**
 * Finds the RA. The certificate with the profile's fingerprint must be in the same answer and must
 * have issued the RA.
 */
function trustedRa(bag: readonly X509Certificate[], fingerprint: Uint8Array): X509Certificate {
  const digest = { 16: 'md5', 20: 'sha1', 32: 'sha256', 64: 'sha512' }[fingerprint.length];
  const ca = bag.find((one) =>
    createHash(digest ?? 'none')
      .update(one.raw)
      .digest()
      .equals(Buffer.from(fingerprint)),
  );
  const ra = bag.find((one) => !one.ca);
  if (!ca || !ra?.checkIssued(ca) || !ra.verify(ca.publicKey)) throw new Error('wrong CA');
  return ra;
}

const shortTypes: Readonly<Record<string, NameAttribute['type']>> = {
  C: 'C',
  L: 'L',
  ST: 'ST',
  O: 'O',
  OU: 'OU',
  CN: 'CN',
};

function csrOf(content: ScepContent) {
  const rdns = content.Subject.map((rdn) =>
    rdn.map(([type, value]) => ({
      type: shortTypes[type] ?? (type as NameAttribute['type']),
      value,
    })),
  );
  const names = Object.entries(content.SubjectAltName ?? {}).flatMap(([kind, values]) =>
    [values].flat().map((value) => alternativeName(kind, String(value))),
  );
  const usages = [
    ...(content['Key Usage'] & 1 ? (['digitalSignature'] as const) : []),
    ...(content['Key Usage'] & 4 ? (['keyEncipherment'] as const) : []),
  ];
  return {
    subject: name(...rdns),
    challenges: [content.Challenge],
    extensions: [keyUsage(usages), ...(names.length > 0 ? [subjectAltName(names)] : [])],
  };
}

function alternativeName(kind: string, value: string): Uint8Array {
  if (kind === 'dNSName') return generalName.dns(value);
  if (kind === 'rfc822Name') return generalName.email(value);
  return generalName.uri(value);
}

/** The SHA-1 of the public key in upper-case hex, as in SecSCEP.c. */
const transactionIdOf = ({ spki }: TestKey): string =>
  createHash('sha1')
    .update(contentOf(children(spki)[1] ?? spki).subarray(1))
    .digest('hex')
    .toUpperCase();

/** macOS escapes "=", but not "+" and "/". */
const appleBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('base64').replaceAll('=', '%3D');

async function asked({ URL }: ScepContent, query: string): Promise<Uint8Array> {
  const response = await fetch(`${URL}?${query}`);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
