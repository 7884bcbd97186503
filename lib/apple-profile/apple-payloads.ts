/** The two payloads of a profile, in the words of Apple's Device Management reference. */
import { createHash, type X509Certificate } from 'node:crypto';
import type { PlistValue } from 'plist';
import { isSelfSigned } from '../scep-client/ca-certificates.ts';
import type { AppleSubject } from './apple-subject.ts';

/** A payload without the members that every payload has (its identifier, UUID and version). */
export interface Payload {
  readonly type: string;
  /** Distinguishes it in its profile; the last part of its identifier. */
  readonly label: string;
  readonly displayName: string;
  readonly members: { readonly [key: string]: PlistValue };
}

/** What the SCEP payload says. */
export interface ScepPayloadOptions {
  readonly url: URL;
  /** What the device sends as GetCACert's `message`. */
  readonly instance: string;
  readonly subject: AppleSubject;
  readonly dnsNames: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly challenge: string;
  readonly keySize: 2048 | 4096;
  readonly keyUsage: keyof typeof keyUsageBits;
  readonly fingerprintDigest: 'sha1' | 'sha256';
}

/** Apple's bits, which are not X.509's. */
const keyUsageBits = { signing: 1, encryption: 4, both: 5 } as const;

/**
 * Apple's defaults (3 times, 10 s) give up on a request that waits in a storm's queue; this is five
 * minutes.
 */
const retries = { count: 10, delaySeconds: 30 } as const;

/**
 * The SCEP payload. The fingerprint is of the last certificate of the chain, which GetCACert always
 * holds.
 */
export function buildScepPayload(options: ScepPayloadOptions, ca: X509Certificate): Payload {
  const names = subjectAltName(options);
  return {
    type: 'com.apple.security.scep',
    label: 'scep',
    displayName: `SCEP: ${options.instance}`,
    members: {
      PayloadContent: {
        URL: options.url.href,
        Name: options.instance,
        Subject: options.subject,
        ...(Object.keys(names).length > 0 && { SubjectAltName: names }),
        Challenge: options.challenge,
        Keysize: options.keySize,
        'Key Type': 'RSA',
        'Key Usage': keyUsageBits[options.keyUsage],
        // A device tells the digest by its length (Apple's SecSCEP.c).
        CAFingerprint: createHash(options.fingerprintDigest).update(ca.raw).digest(),
        Retries: retries.count,
        RetryDelay: retries.delaySeconds,
        KeyIsExtractable: false,
        AllowAllAppsAccess: false,
      },
    },
  };
}

/** One payload a CA certificate; the device trusts a `root`, and keeps a `pkcs1` for chains. */
export function buildCaPayloads(chain: readonly X509Certificate[]): readonly Payload[] {
  return chain.map((certificate, index) => ({
    type: isSelfSigned(certificate) ? 'com.apple.security.root' : 'com.apple.security.pkcs1',
    label: `ca${index + 1}`,
    displayName: `CA: ${readCommonName(certificate)}`,
    members: {
      PayloadCertificateFileName: `ca${index + 1}.cer`,
      PayloadContent: new Uint8Array(certificate.raw),
    },
  }));
}

/** The CN, or the whole subject of a certificate without one. */
export function readCommonName({ subject }: X509Certificate): string {
  return /^CN=(.+)$/m.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ');
}

function subjectAltName({ dnsNames, emailAddresses, uris }: ScepPayloadOptions) {
  const kinds = {
    dNSName: dnsNames,
    rfc822Name: emailAddresses,
    uniformResourceIdentifier: uris,
  };
  const given = Object.entries(kinds).filter(([, values]) => values.length > 0);
  // One as a string and several as an array: old versions read strings only.
  return Object.fromEntries(
    given.map(([kind, values]) => [kind, values.length === 1 ? (values[0] ?? '') : [...values]]),
  );
}
