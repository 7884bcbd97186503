/** A device of the test kit, which enrols at a running app. */
import { setTimeout } from 'node:timers/promises';
import type { CertRep } from '../../lib/scep-client/cert-rep.ts';
import { type BuiltMessage, type BuiltPkcsReq, certPoll } from '../support/kit/pkcs-req.ts';
import { readReply } from '../support/kit/reply.ts';

/** The app to which a device sends messages, and the certificate for their encryption. */
export interface Served {
  readonly post: (message: Uint8Array) => Promise<Response>;
  readonly ra: { readonly raCertificate: Uint8Array };
}

/** Sends one message and checks the reply as our client does. `signedBy` is the expected RA. */
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
 * Sends a request, and polls while the reply is PENDING. On a busy machine the first certificate
 * takes seconds.
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

/** Returns the certificate's serial number, or the status and failInfo of the reply. */
export const serialNumberIn = (reply: CertRep): string => {
  if (reply.status === 'SUCCESS') return reply.certificate.serialNumber;
  return reply.status === 'FAILURE' ? `FAILURE ${reply.failInfo.name}` : reply.status;
};
