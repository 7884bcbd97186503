/** PKCSReqs built ahead, so that no client's work is in what is measured. */

import { rsaKey } from '../test/kit/keys.ts';
import { cn, name } from '../test/kit/names.ts';
import { type BuiltPkcsReq, pkcsReq } from '../test/kit/pkcs-req.ts';

/** As many keys as there are clients: making a key takes a tenth of a second and more. */
const keys = 8;
const builtAtOnce = 20;

let built = 0;

/**
 * So many requests, each with a subject that no other has: RSA-2048, SHA-256, AES-128, PKCS#1 v1.5 transport, which is
 * what today's clients send and what both servers take.
 */
export async function buildRequests(
  count: number,
  { raCertificate, challenge }: { readonly raCertificate: Uint8Array; readonly challenge: string },
): Promise<readonly BuiltPkcsReq[]> {
  const requests: BuiltPkcsReq[] = [];
  for (let at = 0; at < count; at += 1) {
    built += 1;
    const key = rsaKey(2048, `device-${built % keys}`);
    const subject = name(cn(`device-${built}`));
    requests.push(pkcsReq({ ra: { raCertificate }, key, challenge, csr: { subject } }));
    // Lets signals and children be heard in between.
    if (at % builtAtOnce === 0) await new Promise(setImmediate);
  }
  return requests;
}
