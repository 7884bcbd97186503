/** Converts `RotationRules` to a period. */
import { NotModelledError } from '../../template/template.ts';
import type { Json } from '../aws-service.ts';

const unitSeconds: Readonly<Record<string, number>> = { hour: 3600, day: 86_400 };

/**
 * The seconds between rotations; refuses cron expressions and everything else except a plain rate.
 */
export const readRotationPeriodSeconds = (rules: Json, where: string): number => {
  const {
    AutomaticallyAfterDays: days,
    ScheduleExpression: expression,
    Duration: _window,
    ...others
  } = rules;
  const unknown = Object.keys(others)[0];
  if (unknown) throw new NotModelledError(`${where}: the rotation rule ${unknown}`);
  if (typeof days === 'number') return days * 86_400;
  const [, count, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(String(expression)) ?? [];
  const seconds = unit === undefined ? undefined : unitSeconds[unit];
  if (seconds === undefined)
    throw new NotModelledError(`${where}: the rotation schedule ${String(expression)}`);
  return Number(count) * seconds;
};
