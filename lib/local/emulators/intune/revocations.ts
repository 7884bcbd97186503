/** `PkiConnectorFEService`: the queue of certificates to revoke, and the CA's results. */
import { randomUUID } from 'node:crypto';
import { createODataError, type Reply } from './reply.ts';
import {
  type Check,
  checkShape,
  isText,
  isTextOrNothing,
  type Json,
  readOnlyMember,
} from './service-request.ts';

/** A request in the queue. */
export interface QueuedRevocation {
  readonly requestContext: string;
  readonly serialNumber: string;
  readonly issuerName: string | null;
  readonly caConfiguration: string | null;
}

/** The queue. */
export interface Revocations {
  add(request: { readonly serialNumber: string } & Partial<QueuedRevocation>): QueuedRevocation;
  download(text: string): Reply;
  upload(text: string): Reply;
  /**
   * Accepted results by request, in order of arrival. A request has several if its result was sent
   * again.
   */
  readonly results: ReadonlyMap<string, readonly Json[]>;
  /** Whether unanswered requests are returned again. Which of the two Intune does is unknown. */
  redelivers: boolean;
}

const maxResults = 500;

/** By number, as Microsoft's Java library sends them, or by name, as its C# library does. */
const errorCodes: Readonly<Record<string, string>> = {
  None: '0',
  NonRetryableServiceException: '4000',
  DataSerializationError: '4001',
  ParameterDataInvalidError: '4002',
  CryptographyError: '4003',
  CertificateNotFoundError: '4004',
  ConflictError: '4005',
  NotSupportedError: '4006',
  PayloadTooLargeError: '4007',
  RetryableServiceException: '4100',
  ServiceUnavailableException: '4101',
  ServiceTooBusyException: '4102',
  AuthenticationException: '4103',
};

const isErrorCode: Check = (value) =>
  Object.entries(errorCodes).some((pair) => pair.includes(String(value)));
const isBoolean: Check = (value) => typeof value === 'boolean';
const isLimit: Check = (value) =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= maxResults;

export const createRevocations = (): Revocations => {
  const queue = new Map<string, QueuedRevocation>();
  const delivered = new Set<string>();
  const results = new Map<string, Json[]>();
  const revocations: Revocations = {
    results,
    redelivers: true,
    add: ({ serialNumber, requestContext = randomUUID(), issuerName, caConfiguration }) => {
      const request = {
        requestContext,
        serialNumber,
        issuerName: issuerName ?? null,
        caConfiguration: caConfiguration ?? null,
      };
      queue.set(requestContext, request);
      return request;
    },
    download: (text) => {
      const { maxRequests, issuerName } = checkShape(readOnlyMember(text, 'downloadParameters'), {
        maxRequests: isLimit,
        issuerName: isTextOrNothing,
      });
      const waiting = [...queue.values()].filter(
        ({ requestContext }) => revocations.redelivers || !delivered.has(requestContext),
      );
      const cut = waiting.slice(0, Number(maxRequests));
      // Known behaviour (issue 133): the filter compares caConfiguration, and only after the list
      // was cut.
      const value = cut.filter((one) => !issuerName || one.caConfiguration === issuerName);
      for (const { requestContext } of value) delivered.add(requestContext);
      return { status: 200, body: { '@odata.context': collection, value } };
    },
    upload: (text) => {
      const rows = readRows(readOnlyMember(text, 'results'));
      const isKnown = rows.every(
        ({ requestContext }) =>
          queue.has(String(requestContext)) || results.has(String(requestContext)),
      );
      if (!isKnown || !rows.every(isConsistent)) return { status: 200, body: { value: false } };
      for (const row of rows) {
        const context = String(row.requestContext);
        results.set(context, [...(results.get(context) ?? []), row]);
        queue.delete(context);
      }
      return { status: 200, body: { value: true } };
    },
  };
  return revocations;
};

const collection =
  'https://manage.microsoft.com/RACerts/StatelessPkiConnectorService/$metadata#Collection(microsoft.management.services.api.caRevocationRequest)';

const readRows = (value: unknown): readonly Json[] => {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxResults)
    throw createODataError(400, 'BadRequest', 'results is not a list of 1 to 500.');
  return value.map((row) =>
    checkShape(row, {
      requestContext: isText,
      succeeded: isBoolean,
      errorCode: isErrorCode,
      errorMessage: isTextOrNothing,
    }),
  );
};

/** Success has no error, and every failure has one. Both of Microsoft's libraries enforce this. */
const isConsistent = ({ succeeded, errorCode, errorMessage }: Json): boolean => {
  const isNone = errorCode === 'None' || errorCode === '0';
  return succeeded === isNone && !(succeeded && errorMessage);
};
