/** The extensions that a CSR requests, and the values of those that policy examines. */
import { Malformed, type Node, read } from '../asn1/read.ts';
import { tags } from '../asn1/tags.ts';
import { expect, readElements, readOctets, readOid } from '../asn1/values.ts';
import { Refusal } from '../core/errors.ts';
import { type CertificationRequest, readAttributeValues } from './certification-request.ts';
import { refuseMalformed } from './malformed.ts';
import { oids } from './oids.ts';

/** A requested extension. Its value is the DER inside the extnValue, as received. */
export interface RequestedExtension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/**
 * The attributes that request extensions: those of PKCS#9, of Microsoft (MS-WCCE 2.2.2.7.7.1 in
 * certificate enrolment), and of VeriSign, which the first SCEP clients sent.
 */
const extensionRequests = [
  oids.extensionRequest,
  oids.microsoftExtensions,
  oids.verisignExtensions,
] as const;

/**
 * Reads the requested extensions from whichever attribute holds them. Throws `Malformed` for a
 * repeated attribute, for two attributes that differ, and for a repeated extension: ACM PCA could
 * read another one than this reader.
 */
export function readRequestedExtensions(
  request: CertificationRequest,
): readonly RequestedExtension[] {
  const lists = extensionRequests.flatMap((attribute) => {
    const values = readAttributeValues(request, attribute);
    if (values.length > 1) throw new Malformed('extensionRequest');
    return values;
  });
  const [list, ...others] = lists;
  if (list === undefined) return [];
  if (others.some(({ bytes }) => Buffer.compare(bytes, list.bytes) !== 0))
    throw new Malformed('extensionRequest');
  const extensions = readElements(list, tags.sequence, 'Extensions').map(readExtension);
  const known = new Set(extensions.map(({ oid }) => oid));
  if (known.size !== extensions.length) throw new Malformed('Extensions');
  return extensions;
}

function readExtension(node: Node): RequestedExtension {
  const fields = readElements(node, tags.sequence, 'Extension');
  const critical =
    fields.length === 3 && expect(fields[1], tags.boolean, 'critical').content[0] !== 0;
  return {
    oid: readOid(fields[0], 'extnID'),
    critical,
    value: readOctets(fields.at(-1), 'extnValue'),
  };
}

/** RFC 5280 has nine bits. They need two octets, after the octet that counts the unused bits. */
const maxKeyUsageOctets = 3;

/** The bits of a KeyUsage value, first bit first. Throws `Refusal('ExtensionRefused')`. */
export const readKeyUsageBits = (value: Uint8Array): readonly boolean[] =>
  readExtensionValue(() => {
    const { content } = expect(read(value), tags.bitString, 'KeyUsage');
    if (content.length > maxKeyUsageOctets) throw new Malformed('KeyUsage');
    return [...content.subarray(1)].flatMap((octet) =>
      Array.from({ length: 8 }, (_, bit) => (octet & (0x80 >> bit)) !== 0),
    );
  });

/** The OIDs of an ExtKeyUsageSyntax value. Throws `Refusal('ExtensionRefused')`, also for none. */
export const readExtendedKeyUsages = (value: Uint8Array): readonly string[] =>
  readExtensionValue(() => {
    const purposes = readElements(read(value), tags.sequence, 'extKeyUsage');
    if (purposes.length === 0) throw new Malformed('extKeyUsage');
    return purposes.map((purpose) => readOid(purpose, 'keyPurposeId'));
  });

/** Whether a BasicConstraints value requests a CA. Throws `Refusal('ExtensionRefused')`. */
export const requestsCaCertificate = (value: Uint8Array): boolean =>
  readExtensionValue(() => {
    const [first] = readElements(read(value), tags.sequence, 'BasicConstraints');
    return first?.tag === tags.boolean && first.content[0] !== 0;
  });

const readExtensionValue = <Value>(readValue: () => Value): Value =>
  refuseMalformed(readValue, ({ message }) => new Refusal('ExtensionRefused', message));
