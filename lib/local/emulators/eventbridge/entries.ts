/**
 * The entries of PutEvents. Each is accepted as the event that EventBridge delivers, or refused
 * individually.
 */
import { randomUUID } from 'node:crypto';
import { pseudoParameters } from '../../template/template.ts';
import { AwsError, type Json } from '../aws-service.ts';

/** An event as targets receive it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Json;
}

/** The fault of one entry, as EventBridge describes it. */
export interface EntryFault {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

const maxEntries = 10;
// Documented as 256 KB for years, and as 1 MB recently. Clients within the lower limit always work.
const maxTotalBytes = 256 * 1024;
const timeBytes = 14;

/**
 * The entries of a request. Refuses an empty list, too many or too large entries, and members that
 * are not modelled.
 */
export const readEntries = ({ Entries, ...others }: Json): readonly Json[] => {
  refuseUnknown(others, new Set());
  const entries = (Array.isArray(Entries) ? Entries : []) as readonly Json[];
  if (entries.length < 1 || entries.length > maxEntries) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${maxEntries}`,
    );
  }
  for (const entry of entries) refuseUnknown(entry, entryMembers);
  if (entries.reduce((sum, entry) => sum + computeSize(entry), 0) > maxTotalBytes) {
    throw new AwsError(
      'ValidationException',
      'Total size of the entries in the request is over the limit.',
    );
  }
  return entries;
};

const entryMembers = new Set([
  'Time',
  'Source',
  'Resources',
  'DetailType',
  'Detail',
  'EventBusName',
  'TraceHeader',
]);

const refuseUnknown = (members: Json, known: ReadonlySet<string>): void => {
  const unknown = Object.keys(members).find((name) => !known.has(name));
  if (unknown)
    throw new AwsError('ValidationException', `The local EventBridge does not model ${unknown}`);
};

/** The size that EventBridge counts: the given members in UTF-8. */
const computeSize = ({ Time, Source, DetailType, Detail, Resources }: Json): number => {
  const texts = [Source, DetailType, Detail, ...((Resources ?? []) as readonly unknown[])];
  const bytes = texts.map((text) => Buffer.byteLength(String(text ?? '')));
  return bytes.reduce((sum, each) => sum + each, Time === undefined ? 0 : timeBytes);
};

const createFault = (ErrorCode: string, ErrorMessage: string): EntryFault => ({
  ErrorCode,
  ErrorMessage,
});

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The event of an entry, or its fault. Refuses every bus but the default one. */
export const buildEvent = (entry: Json, nowMilliseconds: number): BusEvent | EntryFault => {
  const { Source, DetailType, Detail, Resources = [], Time, EventBusName } = entry;
  refuseOtherBus(EventBusName);
  if (!isText(Source)) return createMissingFault('Source');
  if (!isText(DetailType)) return createMissingFault('DetailType');
  if (!isText(Detail)) return createMissingFault('Detail');
  if (Source.startsWith('aws.'))
    return createFault('NotAuthorizedForSource', 'Not authorized for the source.');
  const detail = parseObject(Detail);
  if (!detail) return createFault('MalformedDetail', 'Detail is malformed.');
  const time = new Date(Time === undefined ? nowMilliseconds : Number(Time) * 1000);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': DetailType,
    source: Source,
    account: pseudoParameters['AWS::AccountId'],
    time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: pseudoParameters['AWS::Region'],
    resources: Resources as readonly string[],
    detail,
  };
};

const createMissingFault = (member: string): EntryFault =>
  createFault(
    'InvalidArgument',
    `Parameter ${member} is not valid. Reason: ${member} is a required argument.`,
  );

const refuseOtherBus = (name: unknown): void => {
  const isDefault =
    name === undefined || String(name).replace(/^arn:.*:event-bus\//, '') === 'default';
  if (!isDefault)
    throw new AwsError('ResourceNotFoundException', `Event bus ${String(name)} does not exist.`);
};

const parseObject = (text: string): Json | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
};
