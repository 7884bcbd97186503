import type { KeyObject } from 'node:crypto';
import type * as pkijs from 'pkijs';
import {
  buildCertificationRequest,
  type RequestedCertificate,
  readCertificationRequest,
} from './certification-request.ts';
import type { Command } from './command-line.ts';
import { ScepClientError } from './errors.ts';
import { type EnrolmentFolder, readStoredRequest, storeRequest } from './folder.ts';
import { requestIntuneChallenge } from './intune-challenge.ts';

/** The request to send. */
export interface RequestToSend {
  readonly certificationRequest: Uint8Array;
  readonly subject: pkijs.RelativeDistinguishedNames;
  /** Whether an earlier run sent it and got no answer. */
  readonly repeated: boolean;
}

/**
 * The request for a command, kept in its folder. A command that asks for what the stored request
 * asks for, or names no subject, repeats that one byte for byte: the server then knows it, and
 * neither issues twice nor uses up a second challenge. Refuses a command without a subject when
 * nothing is stored.
 */
export async function requestIn(
  folder: EnrolmentFolder,
  key: KeyObject,
  command: Pick<
    Command,
    | 'subject'
    | 'challenge'
    | 'localChallenge'
    | 'intuneControlUrl'
    | 'dnsNames'
    | 'emailAddresses'
    | 'uris'
  >,
): Promise<RequestToSend> {
  const stored = await readStoredRequest(folder);
  const earlier = stored && readCertificationRequest(stored, key);
  if (command.subject === undefined) {
    if (!stored || !earlier) throw new ScepClientError('badArgument', '--subject is missing.');
    return { certificationRequest: stored, subject: earlier.subject, repeated: true };
  }
  const { subject, dnsNames, emailAddresses, uris, intuneControlUrl } = command;
  const asWindows = intuneControlUrl !== undefined;
  const wanted = { subject, dnsNames, emailAddresses, uris, asWindows };
  const known = command.challenge ?? earlier?.challengePassword ?? command.localChallenge;
  const likely = await buildCertificationRequest(key, { ...wanted, challengePassword: known });
  const repeated = stored ? Buffer.compare(stored, likely) === 0 : false;
  const isIntuneAsked = asWindows && !repeated && command.challenge === undefined;
  const certificationRequest = isIntuneAsked
    ? await intuneRequest(intuneControlUrl, key, wanted)
    : likely;
  if (!repeated) await storeRequest(folder, certificationRequest);
  const { subject: parsed } = readCertificationRequest(certificationRequest, key);
  return { certificationRequest, subject: parsed, repeated };
}

/** Intune's challenge is for what the request says and for nothing else: one for each request. */
async function intuneRequest(
  controlUrl: string,
  key: KeyObject,
  wanted: RequestedCertificate,
): Promise<Uint8Array> {
  const keyBits = key.asymmetricKeyDetails?.modulusLength;
  const challengePassword = await requestIntuneChallenge(controlUrl, wanted, keyBits);
  return buildCertificationRequest(key, { ...wanted, challengePassword });
}
