/** The event that CloudTrail makes of an API call. */
import { randomUUID } from 'node:crypto';
import { pseudoParameters } from '../../template/template.ts';
import type { AwsError, Json } from '../aws-service.ts';

/** A call as it was answered: with an output or with an error. */
export interface ApiCall {
  readonly eventSource: string;
  readonly eventName: string;
  readonly input: Json;
  readonly outcome: { readonly output: Json } | { readonly error: AwsError };
}

/** As much of an event as lookups need by name; the rest is in it too. */
export interface TrailEvent extends Json {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventSource: string;
}

/** Who calls: an emulator does not know. */
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
 * Members that are left out. A CSR holds the challenge password of its device in clear, and what is
 * recorded is kept on disk. CloudTrail itself shows it as a Java byte buffer cut short, which
 * nobody can make use of.
 */
const withheld = new Set(['Csr']);

/** The event, with the members that the service documents for its calls. */
export const trailEvent = (call: ApiCall, atMilliseconds: number): TrailEvent => {
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

/** Members are named as in the service's Java classes: `CertificateArn` is `certificateArn`. */
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
