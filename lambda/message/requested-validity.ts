/**
 * The validity that Windows requests in the name-value pairs `ValidityPeriod` and
 * `ValidityPeriodUnits` (MS-WCCE 3.1.1.4.3.1.1 and 2.2.2.7.10).
 */
import { Malformed, type Node } from '../asn1/read.ts';
import { readString } from '../asn1/strings.ts';
import { tags } from '../asn1/tags.ts';
import { expect, readElements } from '../asn1/values.ts';

/** The days of each unit. A month has 30 days and a year 365, so that no request gets too many. */
const daysPerUnit: Readonly<Record<string, number>> = {
  seconds: 1 / 86_400,
  minutes: 1 / 1440,
  hours: 1 / 24,
  days: 1,
  weeks: 7,
  months: 30,
  years: 365,
};

const period = 'ValidityPeriod';
const units = 'ValidityPeriodUnits';

/**
 * The requested validity in whole days, at least one, because ACM PCA counts in days. Undefined if
 * neither pair is present. Throws `Malformed` for one pair without the other, for a repeated pair,
 * and for a value that MS-WCCE does not have.
 */
export function readRequestedValidityDays(pairs: readonly Node[]): number | undefined {
  const values = new Map<string, string>();
  for (const pair of pairs) {
    const [name, value] = readElements(pair, tags.sequence, 'name-value pair');
    const text = readString(expect(name, tags.bmpString, 'name'), 'name').text;
    if (text !== period && text !== units) continue;
    if (values.has(text)) throw new Malformed(text);
    values.set(text, readString(expect(value, tags.bmpString, text), text).text);
  }
  const [unit, count] = [values.get(period), values.get(units)];
  if (unit === undefined && count === undefined) return undefined;
  const lower = unit?.toLowerCase() ?? '';
  if (!Object.hasOwn(daysPerUnit, lower) || !/^[1-9]\d{0,8}$/.test(count ?? ''))
    throw new Malformed(period);
  return Math.max(1, Math.floor(Number(count) * (daysPerUnit[lower] ?? 0)));
}
