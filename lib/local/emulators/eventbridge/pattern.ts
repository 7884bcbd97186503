/**
 * Event patterns: exact values and prefixes of any member of an event. Other operators are refused
 * by name.
 */
import { NotModelledError } from '../../template/template.ts';

/** Whether an event matches. */
export type EventPattern = (event: unknown) => boolean;

type Scalar = string | number | boolean | null;

/**
 * Reads a pattern. Refuses invalid patterns, those that are not modelled, and events that no
 * emulator sends.
 */
export const readPattern = (pattern: unknown, where: string): EventPattern => {
  refuseServiceEvents(pattern, where);
  return readObjectPattern(pattern, where, 'the pattern');
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const readObjectPattern = (pattern: unknown, where: string, at: string): EventPattern => {
  if (!isObject(pattern) || Object.keys(pattern).length === 0)
    throw new NotModelledError(`${where}: ${at} is not an object with members`);
  const members = Object.entries(pattern).map(([name, wanted]) => {
    if (name.startsWith('$')) throw new NotModelledError(`${where}: ${name} in ${at}`);
    const read = Array.isArray(wanted) ? readValuesPattern : readObjectPattern;
    return [name, read(wanted, where, `${at}.${name}`)] as const;
  });
  // A list matches if one of its items does.
  return (event) =>
    [event]
      .flat()
      .some((item) => isObject(item) && members.every(([name, matches]) => matches(item[name])));
};

const readValuesPattern = (wanted: unknown, where: string, at: string): EventPattern => {
  const choices = (wanted as readonly unknown[]).map((one) => readValuePattern(one, where, at));
  if (choices.length === 0) throw new NotModelledError(`${where}: ${at} is an empty list`);
  return (event) => [event].flat().some((item) => choices.some((matches) => matches(item)));
};

const isScalar = (value: unknown): value is Scalar =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

const readValuePattern = (wanted: unknown, where: string, at: string): EventPattern => {
  if (isScalar(wanted)) return (value) => value === wanted;
  const [[operator, argument] = ['a list', undefined], ...others] = isObject(wanted)
    ? Object.entries(wanted)
    : [];
  if (operator !== 'prefix' || typeof argument !== 'string' || others.length > 0)
    throw new NotModelledError(`${where}: ${operator} in ${at}`);
  return (value) => typeof value === 'string' && value.startsWith(argument);
};

/**
 * Refuses patterns for a service's events. Only PutEvents puts events on the local bus, so such a
 * rule would never run.
 */
const refuseServiceEvents = (pattern: unknown, where: string): void => {
  const sources = isObject(pattern) ? [pattern.source].flat() : [];
  const service = sources.find((source) => JSON.stringify(source)?.includes('"aws.'));
  if (service !== undefined)
    throw new NotModelledError(`${where}: events from ${JSON.stringify(service)}`);
};
