/** Converts `ScheduleExpression` to a period. */
import { NotModelledError } from '../../template/template.ts';

const unitSeconds: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

/** The seconds between two runs; refuses `cron(...)` and an invalid rate. */
export const readRatePeriodSeconds = (expression: string, where: string): number => {
  const [, count, unit = '', plural] =
    /^rate\(([1-9]\d{0,5}) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  // EventBridge requires `1 minute` and `2 minutes`, and refuses `1 minutes` and `2 minute`.
  if (count === undefined || (count === '1') !== (plural === '')) {
    throw new NotModelledError(`${where}: the schedule ${expression}`);
  }
  return Number(count) * (unitSeconds[unit] ?? Number.NaN);
};
