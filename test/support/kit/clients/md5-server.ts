/**
 * A FAILURE of an unknown server that Apple's own client is tested with.
 *
 * It is BER: indefinite lengths around an empty eContent and around the SignerInfos. The digest is
 * MD5, the failInfo is the number 14606, and there is neither senderNonce nor certificate.
 */
import { randomBytes } from 'node:crypto';
import { certRep } from '../cert-rep.ts';
import { buildCertificate } from '../certificate.ts';
import { indefinite, oid } from '../der.ts';
import { children } from '../elements.ts';
import { rsaKey } from '../keys.ts';
import { algorithm, oids } from '../oids.ts';
import { without } from '../signed-attributes.ts';
import { directoryName } from './directory-name.ts';

/** Builds the reply. */
export function buildMd5ServerFailure(): Uint8Array {
  const { privateKey, spki } = rsaKey(1024, 'md5-server');
  const raCertificate = buildCertificate({
    subject: directoryName(['C', 'GB'], ['O', 'Example plc'], ['CN', 'Example Test Root CA']),
    spki,
    signingKey: privateKey,
  });
  const der = certRep({
    ra: { raCertificate, raKey: privateKey },
    request: {
      transactionId: 'E4515D33AAFC5A9E157D7FF154579D9457E0E418',
      senderNonce: new Uint8Array(randomBytes(16)),
      signerCertificate: raCertificate,
    },
    failInfo: '14606',
    attributes: without('senderNonce'),
    signer: { digest: 'md5', signatureAlgorithm: algorithm(oids.rsaEncryption) },
    signedData: { content: new Uint8Array(), certificates: undefined },
  });
  return withIndefiniteLengths(der);
}

function withIndefiniteLengths(der: Uint8Array): Uint8Array {
  const [version, digests, encapsulated, signers] = partsOf(partsOf(partsOf(der)[1])[0]);
  const [type, content] = partsOf(encapsulated);
  return indefinite(
    0x30,
    oid(oids.signedData),
    indefinite(
      0xa0,
      indefinite(
        0x30,
        ...[version, digests].map(required),
        indefinite(0x30, required(type), indefinite(0xa0, ...partsOf(content))),
        indefinite(0x31, ...partsOf(signers)),
      ),
    ),
  );
}

function required(element: Uint8Array | undefined): Uint8Array {
  if (!element) throw new Error('the reply lacks an element');
  return element;
}

const partsOf = (element: Uint8Array | undefined) => children(required(element));
