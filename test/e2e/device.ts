/** A device of the test kit that enrols at a running app. */
import { setTimeout } from 'node:timers/promises';
import type { CertRep } from '../../lib/scep-client/cert-rep.ts';
import { type BuiltMessage, type BuiltPkcsReq, certPoll } from '../support/kit/pkcs-req.ts';
import { readReply } from '../support/kit/reply.ts';

/** Where a device sends its messages, and the certificate it encrypts them for. */
export interface Served {
  readonly post: (message: Uint8Array) => Promise<Response>;
  readonly ra: { readonly raCertificate: Uint8Array };
}

/**
 * Sends one message and reads the answer as strictly as our client does. `signedBy` is the RA that
 * is to answer.
 */
export async function exchange(
  message: BuiltMessage,
  { post, ra }: Served,
  signedBy = ra,
): Promise<CertRep> {
  const response = await post(message.message);
  return readReply(new Uint8Array(await response.arrayBuffer()), message, signedBy);
}

const pollMilliseconds = 300;
const limitMilliseconds = 25_000;

/**
 * Sends a request, and polls while the answer is PENDING: on a machine with other work the first
 * certificate takes seconds.
 */
export async function enrol(
  request: BuiltPkcsReq,
  served: Served,
  signedBy = served.ra,
): Promise<CertRep> {
  const deadline = Date.now() + limitMilliseconds;
  let reply = await exchange(request, served, signedBy);
  while (reply.status === 'PENDING' && Date.now() < deadline) {
    await setTimeout(pollMilliseconds);
    reply = await exchange(certPoll({ ra: served.ra, request }), served, signedBy);
  }
  return reply;
}

/** The serial number of the certificate, or else why there is none. */
export const serialNumberIn = (reply: CertRep): string => {
  if (reply.status === 'SUCCESS') return reply.certificate.serialNumber;
  return reply.status === 'FAILURE' ? `FAILURE ${reply.failInfo.name}` : reply.status;
};
