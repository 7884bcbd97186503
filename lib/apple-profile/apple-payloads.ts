/** Builds the payloads of a profile, with the keys of Apple's Device Management reference. */
import { createHash, type X509Certificate } from 'node:crypto';
import type { PlistValue } from 'plist';
import { isSelfSigned } from '../scep-client/ca-certificates.ts';
import type { AppleSubject } from './apple-subject.ts';

/** A payload without the common members (identifier, UUID and version). */
export interface Payload {
  readonly type: string;
  /** The last part of its identifier, which is unique in the profile. */
  readonly label: string;
  readonly displayName: string;
  readonly members: { readonly [key: string]: PlistValue };
}

/** The content of the SCEP payload. */
export interface ScepPayloadOptions {
  readonly url: URL;
  /** The device sends it as the `message` of GetCACert. */
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

/** Apple's own bits, which differ from those of X.509. */
const keyUsageBits = { signing: 1, encryption: 4, both: 5 } as const;

/**
 * With Apple's defaults (3 retries after 10 s), a device gives up while many devices wait for the
 * CA. These values allow five minutes.
 */
const retries = { count: 10, delaySeconds: 30 } as const;

/**
 * Builds the SCEP payload. Its fingerprint belongs to `ca`, the last certificate of the chain,
 * which GetCACert always contains.
 */
export function buildScepPayload(options: ScepPayloadOptions, ca: X509Certificate): Payload {
  const names = buildSubjectAltName(options);
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
        // A device recognises the digest algorithm by the length (Apple's SecSCEP.c).
        CAFingerprint: createHash(options.fingerprintDigest).update(ca.raw).digest(),
        Retries: retries.count,
        RetryDelay: retries.delaySeconds,
        KeyIsExtractable: false,
        AllowAllAppsAccess: false,
      },
    },
  };
}

/** Builds one payload per CA certificate. A device trusts a `root` and uses a `pkcs1` in chains. */
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

/** Reads the CN, or the whole subject if it has no CN. */
export function readCommonName({ subject }: X509Certificate): string {
  return /^CN=(.+)$/m.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ');
}

function buildSubjectAltName({ dnsNames, emailAddresses, uris }: ScepPayloadOptions) {
  const kinds = {
    dNSName: dnsNames,
    rfc822Name: emailAddresses,
    uniformResourceIdentifier: uris,
  };
  const present = Object.entries(kinds).filter(([, values]) => values.length > 0);
  // A single name is a string, because old versions read strings only.
  return Object.fromEntries(
    present.map(([kind, values]) => [kind, values.length === 1 ? (values[0] ?? '') : [...values]]),
  );
}
