/** Builds CloudTrail's event of an API call. */
import { randomUUID } from 'node:crypto';
import { pseudoParameters } from '../../template/template.ts';
import type { AwsError, Json } from '../aws-service.ts';

/** A call and its result: an output or an error. */
export interface ApiCall {
  readonly eventSource: string;
  readonly eventName: string;
  readonly input: Json;
  readonly outcome: { readonly output: Json } | { readonly error: AwsError };
}

/** The members of an event that lookups read; it has more. */
export interface TrailEvent extends Json {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventSource: string;
}

/** The recorded caller. It is a constant, because an emulator receives no identity. */
export const caller = { userName: 'local', accessKeyId: 'local' } as const;

const account = pseudoParameters['AWS::AccountId'];

const userIdentity = {
  type: 'AssumedRole',
  principalId: `${caller.accessKeyId}:${caller.userName}`,
  arn: `arn:aws:sts::${account}:assumed-role/local/${caller.userName}`,
  accountId: account,
  accessKeyId: caller.accessKeyId,
};

/**
 * Members that are left out. A CSR contains its device's challenge password in plain text, and the
 * record is stored on disk. CloudTrail itself shows a truncated Java byte buffer, which is of no
 * use.
 */
const withheld = new Set(['Csr']);

/** Builds the event, with the members that the service documents for its calls. */
export const buildTrailEvent = (call: ApiCall, atMilliseconds: number): TrailEvent => {
  const { eventSource, eventName, input, outcome } = call;
  const kept = Object.entries(input).filter(([name]) => !withheld.has(name));
  const refused =
    'error' in outcome
      ? { errorCode: outcome.error.code, errorMessage: outcome.error.message }
      : undefined;
  return {
    eventVersion: '1.11',
    userIdentity,
    eventTime: new Date(atMilliseconds).toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource,
    eventName,
    awsRegion: pseudoParameters['AWS::Region'],
    sourceIPAddress: '127.0.0.1',
    userAgent: 'local',
    ...refused,
    requestParameters: inCamelCase(Object.fromEntries(kept)),
    responseElements: 'output' in outcome ? inCamelCase(outcome.output) : null,
    requestID: randomUUID(),
    eventID: randomUUID(),
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
  };
};

/** Renames members as the service's Java classes do: `CertificateArn` is `certificateArn`. */
const inCamelCase = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inCamelCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.slice(0, 1).toLowerCase() + name.slice(1),
      inCamelCase(member),
    ]),
  );
};
