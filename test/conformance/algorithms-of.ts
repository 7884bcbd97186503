/** Reads the algorithms of a SUCCESS, by position. */

import { ciphers } from '../support/kit/ciphers.ts';
import { oid } from '../support/kit/der.ts';
import { children } from '../support/kit/elements.ts';
import { digests } from '../support/kit/oids.ts';
import { certRepFieldsOf, contentInfoContent, required } from '../unit/http/cert-rep-fields.ts';

/** The cipher of the envelope and the digest of the signature, by their names in the kit. */
export function algorithmsOf(certRep: Uint8Array) {
  const { eContent, digestAlgorithm } = certRepFieldsOf(certRep);
  const [, , encrypted] = children(contentInfoContent(required(eContent)));
  const [, cipher] = children(required(encrypted));
  return { cipher: nameOf(ciphers, required(cipher)), digest: nameOf(digests, digestAlgorithm) };
}

/** The RecipientInfo of a SUCCESS: version, identifier, algorithm, encrypted key. */
export function recipientOf(certRep: Uint8Array): readonly Uint8Array[] {
  const [, recipients] = children(contentInfoContent(required(certRepFieldsOf(certRep).eContent)));
  return children(required(children(required(recipients))[0]));
}

function nameOf(rows: Readonly<Record<string, { readonly oid: string }>>, algorithm: Uint8Array) {
  const named = required(children(algorithm)[0]);
  return Object.keys(rows).find(
    (name) => Buffer.compare(oid(required(rows[name]).oid), named) === 0,
  );
}
