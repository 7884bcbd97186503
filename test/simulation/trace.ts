/** What happened, in order: the last events to read, and a hash of all of them to compare. */
import { createHash } from 'node:crypto';

export interface Trace {
  /** Long identifiers are random in each process; events show the short name each was given. */
  readonly call: (identifier: string, shortName: string) => void;
  readonly nameOf: (value: unknown) => string;
  readonly note: (event: string) => void;
  readonly last: (count: number) => readonly string[];
  readonly count: () => number;
  readonly hash: () => string;
}

/** An empty trace that dates its events by `now`, in milliseconds. */
export function traceOf(now: () => number): Trace {
  const names = new Map<string, string>();
  const events: string[] = [];
  const nameOfHolder = (value: string): string => {
    const [enrolmentId = '', generation] = value.split('-');
    return generation && names.has(enrolmentId) ? `${names.get(enrolmentId)}-${generation}` : '';
  };
  const nameOf = (value: unknown): string => {
    if (typeof value === 'string') return names.get(value) ?? nameOfHolder(value);
    if (typeof value !== 'object' || value === null) return '';
    if ('enrolmentId' in value && 'generation' in value)
      return `${nameOf(value.enrolmentId)}-${value.generation}${stateIn(value)}`;
    if ('status' in value) return String(value.status);
    return 'idempotencyToken' in value ? nameOf(value.idempotencyToken) : '';
  };
  return {
    call: (identifier, shortName) => void names.set(identifier, shortName),
    nameOf,
    note: (event) => void events.push(`${(now() / 1000).toFixed(3).padStart(9)}  ${event}`),
    last: (count) => events.slice(-count),
    count: () => events.length,
    hash: () => createHash('sha256').update(events.join('\n')).digest('hex'),
  };
}

const stateIn = (value: object): string =>
  'error' in value ? ` (${(value.error as { Error: string }).Error})` : '';

/** A trace that keeps nothing, for runs too long to keep. */
export const noTrace: Trace = {
  call: () => {},
  nameOf: () => '',
  note: () => {},
  last: () => [],
  count: () => 0,
  hash: () => '',
};
