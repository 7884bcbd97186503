/** `ScheduleExpression` to a period. */
import { NotModelledError } from '../../template/template.ts';

const unitSeconds: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

/** The seconds between two runs; refuses `cron(...)`, and a rate that EventBridge would refuse. */
export const ratePeriodSeconds = (expression: string, where: string): number => {
  const [, count, unit = '', plural] =
    /^rate\(([1-9]\d{0,5}) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  // EventBridge wants `1 minute` and `2 minutes`, and takes neither `1 minutes` nor `2 minute`.
  if (count === undefined || (count === '1') !== (plural === '')) {
    throw new NotModelledError(`${where}: the schedule ${expression}`);
  }
  return Number(count) * (unitSeconds[unit] ?? Number.NaN);
};
