/** The two calls about Intune's queue of revocations. */
import type {
  IntuneRevocations,
  RevocationRequest,
  RevocationResult,
} from '../ports/revocations.ts';
import type { Caller } from './call.ts';
import { services } from './cloud.ts';
import { type IntuneStep, IntuneUnavailable } from './unavailable.ts';

/** `MAXREQUESTS_MAXVALUE` of Microsoft's library. */
const maxRevocations = 500;

/**
 * Microsoft's error codes as text. Its Java library sends the number and its C# library the name.
 * Intune accepts a number wherever it accepts a name.
 */
const errorCodes = { none: '0', certificateNotFound: '4004', notSupported: '4006' } as const;

/** What an Intune admin reads with an error. */
const descriptions = {
  certificateNotFound: 'this connector issued no certificate with this serial number',
  notSupported: 'the serial number cannot be read',
} as const;

/** Creates the port. */
export const createRevocationRequests = (call: Caller): IntuneRevocations => {
  const post = (step: IntuneStep, body: Readonly<Record<string, unknown>>) =>
    call({
      service: services.revocation,
      path: `CertificateAuthorityRequests/${step}`,
      step,
      body,
    });
  return {
    downloadRevocations: async (limit) => {
      if (!Number.isInteger(limit) || limit < 1 || limit > maxRevocations)
        throw new RangeError('limit');
      // Microsoft filters after it has cut the list, so a filter could hide requests for good
      // (issue 133 of its library).
      const downloadParameters = { maxRequests: limit, issuerName: null };
      const { value } = await post('downloadRevocationRequests', { downloadParameters });
      if (!Array.isArray(value)) throw outage('downloadRevocationRequests', 'not a list');
      return value.map(readRequest);
    },
    uploadRevocationResults: async (results) => {
      if (results.length === 0) return true;
      const { value } = await post('uploadRevocationResults', {
        results: results.map(toResultRow),
      });
      if (typeof value !== 'boolean') throw outage('uploadRevocationResults', 'neither yes nor no');
      return value;
    },
  };
};

function readRequest(row: unknown): RevocationRequest {
  const { requestContext, serialNumber, ...rest } = (row ?? {}) as Readonly<
    Record<string, unknown>
  >;
  const { issuerName, caConfiguration } = rest;
  if (!isText(requestContext) || !isText(serialNumber))
    throw outage('downloadRevocationRequests', 'a request without context or serial number');
  return {
    requestContext,
    serialNumber,
    ...(isText(issuerName) && { issuerName }),
    ...(isText(caConfiguration) && { caConfiguration }),
  };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const toResultRow = (result: RevocationResult) => ({
  requestContext: result.requestContext,
  succeeded: result.succeeded,
  errorCode: result.succeeded ? errorCodes.none : errorCodes[result.error],
  errorMessage: result.succeeded ? null : descriptions[result.error],
});

const outage = (step: IntuneStep, reason: string): IntuneUnavailable =>
  new IntuneUnavailable({ step, reason });
