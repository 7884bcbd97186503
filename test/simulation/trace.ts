/** The events of a run in order, with a hash of all of them to compare runs. */
import { createHash } from 'node:crypto';

export interface Trace {
  /**
   * Gives an identifier a short name. Identifiers are random in each process, so events show their
   * short names.
   */
  readonly assignName: (identifier: string, shortName: string) => void;
  readonly nameOf: (value: unknown) => string;
  readonly note: (event: string) => void;
  readonly last: (count: number) => readonly string[];
  readonly count: () => number;
  readonly hash: () => string;
}

/** Creates an empty trace. `now` is in milliseconds. */
export function createTrace(now: () => number): Trace {
  const names = new Map<string, string>();
  const events: string[] = [];
  const nameOfAttempt = (value: string): string => {
    const [enrolmentId = '', attempt] = value.split('-');
    return attempt && names.has(enrolmentId) ? `${names.get(enrolmentId)}-${attempt}` : '';
  };
  const nameOf = (value: unknown): string => {
    if (typeof value === 'string') return names.get(value) ?? nameOfAttempt(value);
    if (typeof value !== 'object' || value === null) return '';
    if ('enrolmentId' in value && 'attempt' in value)
      return `${nameOf(value.enrolmentId)}-${value.attempt}${stateIn(value)}`;
    if ('enrolmentId' in value) return nameOf(value.enrolmentId);
    if ('row' in value) return nameOf(value.row);
    return 'idempotencyToken' in value ? nameOf(value.idempotencyToken) : '';
  };
  return {
    assignName: (identifier, shortName) => void names.set(identifier, shortName),
    nameOf,
    note: (event) => void events.push(`${(now() / 1000).toFixed(3).padStart(9)}  ${event}`),
    last: (count) => events.slice(-count),
    count: () => events.length,
    hash: () => createHash('sha256').update(events.join('\n')).digest('hex'),
  };
}

/** The state of a row or a settlement. */
function stateIn(value: object): string {
  const { state } = value as {
    readonly state?: { readonly status: string; readonly code?: string };
  };
  return state === undefined ? '' : ` ${state.code ?? state.status}`;
}

/** A trace that keeps nothing, for long runs. */
export const noTrace: Trace = {
  assignName: () => {},
  nameOf: () => '',
  note: () => {},
  last: () => [],
  count: () => 0,
  hash: () => '',
};
