/** The admin API, which has the paths and shapes of AWS's pca-connector-scep. */
import type { APIGatewayProxyStructuredResultV2 as Response } from 'aws-lambda';
import { AdminFault, getAdminStatus } from './fault.ts';
import { findOperation, operations } from './operations.ts';
import { type AdminEvent, type Body, readAdminRequest, readRequestId } from './request.ts';
import { type OperationContext, runOperation } from './run-operation.ts';

/** The dependencies of `answerAdmin`. */
export interface AdminContext {
  /** Reads the connectors; its failure is answered like any other internal error. */
  readonly openOperations: () => Promise<OperationContext>;
  readonly log: (fields: Readonly<Record<string, unknown>>) => void;
}

/**
 * Answers a request, and never throws. A refusal gets its AWS error; an internal error gets
 * `InternalServerException` without details.
 */
export async function answerAdmin(event: AdminEvent, context: AdminContext): Promise<Response> {
  const response = await answerOperation(event, context);
  const requestId = readRequestId(event);
  // AWS's tools print it with an error.
  return requestId === undefined
    ? response
    : { ...response, headers: { ...response.headers, 'x-amzn-requestid': requestId } };
}

async function answerOperation(event: AdminEvent, context: AdminContext): Promise<Response> {
  const operation = findOperation(event.routeKey);
  const log: AdminContext['log'] = (fields) => context.log({ operation, ...fields });
  try {
    if (operation === undefined)
      throw new AdminFault(
        'BadRequestException',
        'Unknown operation; docs/admin-api.md lists the operations',
      );
    const request = readAdminRequest(event, operation);
    const output = await runOperation(operation, request, await context.openOperations());
    log({ outcome: 'done' });
    return createResponse(operations[operation].status, output);
  } catch (error) {
    if (error instanceof AdminFault) {
      log({ outcome: 'refused', code: error.name });
      return createRefusal(error);
    }
    log({ outcome: 'outage', code: error instanceof Error ? error.name : 'Unknown' });
    return createRefusal(
      new AdminFault(
        'InternalServerException',
        'An internal error occurred; try again in a minute',
      ),
    );
  }
}

const createRefusal = ({ name, message, members }: AdminFault): Response =>
  createResponse(
    getAdminStatus(name),
    { Message: message, ...members },
    { 'x-amzn-errortype': name },
  );

/** Forbids caching, because the body can hold a password. */
const createResponse = (
  statusCode: number,
  body: Body | undefined,
  headers: Record<string, string> = {},
): Response => ({
  statusCode,
  headers: {
    'cache-control': 'no-store',
    ...(body && { 'content-type': 'application/json' }),
    ...headers,
  },
  ...(body && { body: JSON.stringify(body) }),
});
