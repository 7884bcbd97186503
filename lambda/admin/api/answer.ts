/** The admin API: requests in the paths and shapes of AWS's pca-connector-scep, answered. */
import type { APIGatewayProxyStructuredResultV2 as Response } from 'aws-lambda';
import { AdminFault, getAdminStatus } from './fault.ts';
import { findOperation, operations } from './operations.ts';
import { type PerformContext, perform } from './perform.ts';
import { type AdminEvent, type Body, readAdminRequest } from './request.ts';

/** What answering needs. */
export interface AdminContext extends PerformContext {
  readonly log: (fields: Readonly<Record<string, unknown>>) => void;
}

/** Answers an admin; never throws, and says no more of an error of ours than that there was one. */
export async function answerAdmin(event: AdminEvent, context: AdminContext): Promise<Response> {
  const operation = findOperation(event.routeKey);
  const log: AdminContext['log'] = (fields) => context.log({ operation, ...fields });
  try {
    if (operation === undefined) throw new AdminFault('BadRequestException', 'no such operation');
    const output = await perform[operation](readAdminRequest(event, operation), context);
    log({ outcome: 'done' });
    return response(operations[operation].status, output);
  } catch (error) {
    if (error instanceof AdminFault) {
      log({ outcome: 'refused', code: error.name });
      return refusal(error);
    }
    log({ outcome: 'outage', code: error instanceof Error ? error.name : 'Unknown' });
    return refusal(new AdminFault('InternalServerException', 'try again'));
  }
}

const refusal = ({ name, message, members }: AdminFault): Response =>
  response(getAdminStatus(name), { Message: message, ...members }, { 'x-amzn-errortype': name });

/** Never stored: a password may be in it. */
const response = (
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
