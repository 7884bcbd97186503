/**
 * CloudFormation's protocol of custom resources: an event with a response URL, which is answered by
 * one PUT. Without an answer CloudFormation waits until the resource's `ServiceTimeout`, and then
 * fails. So every path here ends in an answer, and so does a fault.
 */
import type { Log } from '../audit/best-effort.ts';
import { describeForLog } from '../core/errors.ts';

/** The event that CloudFormation sends. `ResponseURL` is presigned, and so is a secret. */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  /** Absent from Create. */
  readonly PhysicalResourceId?: string;
  /** CloudFormation sends every value as text. */
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
}

/** The answer. CloudFormation reads at most 4,096 bytes. */
export interface CustomResourceResponse {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly Data?: Readonly<Record<string, string>>;
}

/** The parts of a resource that checks something and creates nothing. */
export interface CheckedResource {
  /** The fault in a sentence for the stack's events, or the attributes of the resource. */
  check(
    properties: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly fault: string } | { readonly data: Readonly<Record<string, string>> }>;
  respond(url: string, response: CustomResourceResponse): Promise<void>;
  readonly log: Log;
}

const maxReasonCharacters = 2_000;

/**
 * Answers one event. A Delete succeeds at once, so that nothing keeps a stack from being deleted.
 * Throws only if the answer itself cannot be delivered; then Lambda runs the event again.
 */
export async function answerCustomResource(
  event: CustomResourceEvent,
  { check, respond, log }: CheckedResource,
): Promise<void> {
  const { RequestType, StackId, RequestId, LogicalResourceId } = event;
  const result =
    RequestType === 'Delete' ? { data: {} } : await check(event.ResourceProperties).catch(toFault);
  const known = {
    // The resource creates nothing, so any stable id is correct. CloudFormation deletes a resource
    // whose id changes.
    PhysicalResourceId: event.PhysicalResourceId ?? LogicalResourceId,
    ...{ StackId, RequestId, LogicalResourceId },
  };
  if ('fault' in result) log({ outcome: 'refused', fault: result.fault });
  await respond(
    event.ResponseURL,
    'fault' in result
      ? { ...known, Status: 'FAILED', Reason: result.fault.slice(0, maxReasonCharacters) }
      : { ...known, Status: 'SUCCESS', Data: result.data },
  );
  if (!('fault' in result)) log({ outcome: 'done' });
}

/** Describes an error by its name alone, because its message may quote a request. */
const toFault = (error: unknown): { readonly fault: string } => {
  const { code, about } = describeForLog(error);
  return {
    fault: `The check failed with ${about === undefined ? code : `${code} (${about})`}. Deploy again.`,
  };
};
