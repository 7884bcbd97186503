import { X509Certificate } from 'node:crypto';
import * as pkijs from 'pkijs';
import { type CertRep, parseCertRep } from '../../../lib/scep-client/cert-rep.ts';
import { toArrayBuffer } from '../../../lib/scep-client/engine.ts';
import { openEnvelope } from '../../../lib/scep-client/envelope.ts';
import type { Identity } from '../../../lib/scep-client/identity.ts';
import { readSignedData, verifySignedReply } from '../../../lib/scep-client/signed-reply.ts';
import { children } from './elements.ts';
import type { BuiltMessage } from './pkcs-req.ts';
import { requireDer } from './require-der.ts';
import type { TestRa } from './test-ra.ts';

type Ra = Pick<TestRa, 'raCertificate'>;

/**
 * Reads the answer to a message of the kit as our client does. Throws a ScepClientError for what it
 * refuses. `allowLegacy` reads SHA-1 and 3DES replies too.
 */
export function readAsClient(
  bytes: Uint8Array,
  request: BuiltMessage,
  ra: Ra,
  allowLegacy = false,
): CertRep {
  const identity = identityOf(request);
  const { transactionId, senderNonce } = request;
  const signers = signersOf(ra);
  return parseCertRep(bytes, { identity, transactionId, senderNonce, signers, allowLegacy })
    .certRep;
}

/**
 * Reads the answer of our own server, and more strictly than our client: everything is DER, the
 * signed attributes are in its order, and a FAILURE or PENDING has no content.
 */
export function readReply(
  bytes: Uint8Array,
  request: BuiltMessage,
  ra: Ra,
  allowLegacy = false,
): CertRep {
  const certRep = readAsClient(bytes, request, ra, allowLegacy);
  requireDer(bytes, 'The reply');
  requireSorted(bytes);
  const { content = new Uint8Array() } = verifySignedReply(bytes, signersOf(ra), allowLegacy);
  if (certRep.status !== 'SUCCESS') {
    if (content.length > 0) throw new Error('A reply that is no SUCCESS has content.');
    return certRep;
  }
  requireDer(content, 'The envelope of the reply');
  const opened = openEnvelope(content, identityOf(request), allowLegacy);
  requireDer(opened, 'What the envelope holds');
  return certRep;
}

/** DER's order of a SET OF (X.690 11.6) in the attributes that are signed. */
function requireSorted(bytes: Uint8Array): void {
  const [signer] = readSignedData(bytes).signerInfos;
  const attributes = children(new Uint8Array(signer?.signedAttrs?.encodedValue ?? []));
  const sorted = attributes.toSorted((one, other) => Buffer.compare(one, other));
  if (Buffer.compare(Buffer.concat(attributes), Buffer.concat(sorted)) !== 0)
    throw new Error('The signed attributes are not in DER’s order (RFC 5652 5.3).');
}

const signersOf = ({ raCertificate }: Ra) => [new X509Certificate(raCertificate)];

/** The identity that lib/client would have for a message of the kit. */
export function identityOf({ key, signerCertificate }: BuiltMessage): Identity {
  const certificate = pkijs.Certificate.fromBER(toArrayBuffer(signerCertificate));
  return { key: key.privateKey, certificate };
}
