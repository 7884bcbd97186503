import { AdminClientError } from './admin-errors.ts';

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads `90s`, `45m`, `12h` or `30d` as seconds. Throws `badArgument`, which names the option. */
export function parseSeconds(option: string, duration: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(duration) ?? [];
  const factor = units[unit];
  if (factor !== undefined) return Number(count) * factor;
  throw new AdminClientError(
    'badArgument',
    `${option} must be a number and a unit, such as 90s, 45m, 12h or 30d.`,
  );
}

/** A duration in one unit, without its sign, such as `12 h` or `3 d`. */
export function formatSpan(seconds: number): string {
  const span = Math.abs(seconds);
  if (span < 120) return `${Math.round(span)} s`;
  if (span < 7200) return `${Math.round(span / 60)} min`;
  return span < 172_800 ? `${Math.round(span / 3600)} h` : `${Math.round(span / 86_400)} d`;
}
