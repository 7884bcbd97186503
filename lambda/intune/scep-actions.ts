/**
 * The three calls about a request: their bodies, with the names that Microsoft's library sends, and
 * their answers.
 */
import { hash } from 'node:crypto';
import { toUuid } from '../core/arns.ts';
import type { Intune, IntuneRequest, IntuneVerdict } from '../ports/intune.ts';
import type { Caller } from './call.ts';
import { readCertificateFacts } from './certificate-facts.ts';
import { services } from './cloud.ts';
import { type IntuneStep, IntuneUnavailable } from './unavailable.ts';

/** Our names in calls to Intune. */
export interface CallerNames {
  /** Product and version, by which Microsoft finds our calls in its logs. */
  readonly callerInfo: string;
  /**
   * A stable name of the CA's set-up. Revocation requests contain it, so that we recognise ours.
   */
  readonly caConfiguration: string;
  readonly certificateAuthority: string;
}

/** The maximum length of a description: Microsoft's source limits it to 255 characters. */
const maxDescriptionCharacters = 255;

/** Creates the port's calls about requests. */
export const createScepActions = (call: Caller, names: CallerNames): Intune => {
  const { callerInfo, caConfiguration, certificateAuthority } = names;
  const send = async (
    step: IntuneStep,
    request: IntuneRequest,
    body: Readonly<Record<string, unknown>>,
  ) => {
    const requestId = computeRequestId(step, request);
    const path = `ScepActions/${step}`;
    return readVerdict(step, await call({ service: services.scep, path, step, body, requestId }));
  };
  return {
    validate: (request) =>
      send('validateRequest', request, { request: { ...toTransaction(request), callerInfo } }),
    notifySuccess: (request, certificate) =>
      send('successNotification', request, {
        notification: {
          ...toTransaction(request),
          ...readCertificateFacts(certificate),
          callerInfo,
          caConfiguration,
          certificateAuthority,
        },
      }),
    notifyFailure: (request, { hResult, errorDescription }) =>
      send('failureNotification', request, {
        notification: {
          ...toTransaction(request),
          hResult: hResult | 0,
          errorDescription: errorDescription.slice(0, maxDescriptionCharacters),
          callerInfo,
        },
      }),
  };
};

/**
 * The id of a call. A repeated call about the same request has the same id, so that Microsoft's
 * logs show one call that was repeated, and not several.
 */
const computeRequestId = (
  step: IntuneStep,
  { transactionId, certificateRequest }: IntuneRequest,
) => {
  const request = hash('sha256', certificateRequest, 'hex');
  return toUuid(hash('sha256', JSON.stringify([step, transactionId, request]), 'hex'));
};

/**
 * The two members that every call has. Intune reads the challenge from the device's unchanged
 * bytes.
 */
const toTransaction = ({ transactionId, certificateRequest }: IntuneRequest) => ({
  transactionId,
  certificateRequest: Buffer.from(certificateRequest).toString('base64'),
});

/**
 * A refusal also has HTTP 200. Only `code` decides, and only "Success" is a success. A missing or
 * non-text code is an outage. A code that is not a single word becomes the refusal `Unknown`,
 * because codes are logged.
 */
function readVerdict(step: IntuneStep, { code }: Readonly<Record<string, unknown>>): IntuneVerdict {
  if (typeof code !== 'string' || code === '')
    throw new IntuneUnavailable({ step, reason: 'no code' });
  if (code === 'Success') return 'granted';
  return { refused: /^[A-Za-z]{1,64}$/.test(code) ? code : 'Unknown' };
}
