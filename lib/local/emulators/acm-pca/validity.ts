/** Converts `Validity` of IssueCertificate to dates, and checks the limits of the service. */
import { AwsError, type Json } from '../aws-service.ts';

const dayMilliseconds = 86_400_000;
const shortLivedDays = 7;

const relative: Readonly<Record<string, (now: Date, value: number) => Date>> = {
  DAYS: (now, value) => new Date(now.getTime() + value * dayMilliseconds),
  MONTHS: (now, value) => {
    const end = new Date(now);
    end.setUTCMonth(end.getUTCMonth() + value);
    return end;
  },
  YEARS: (now, value) => {
    const end = new Date(now);
    end.setUTCFullYear(end.getUTCFullYear() + value);
    return end;
  },
  ABSOLUTE: (_now, value) => new Date(value * 1000),
  END_DATE: (_now, value) => parseEndDate(String(value)),
};

/** Computes the date of a `Validity`, to the second. Refuses an invalid date. */
export const computeValidityEnd = (validity: unknown, now: Date): Date => {
  const { Type: type, Value: value } = (validity ?? {}) as Json;
  const date = relative[String(type)]?.(now, Number(value));
  if (date === undefined || Number.isNaN(date.getTime()))
    throw new AwsError('InvalidArgsException', 'Validity is not a date');
  date.setUTCMilliseconds(0);
  return date;
};

/**
 * Parses YYMMDDHHMMSS (19YY from 50) or YYYYMMDDHHMMSS. A number loses its leading zero, so it is
 * added again.
 */
const parseEndDate = (digits: string): Date => {
  const padded = digits.length <= 12 ? digits.padStart(12, '0') : digits.padStart(14, '0');
  const short = padded.length === 12;
  const century = Number(padded.slice(0, 2)) >= 50 ? '19' : '20';
  const full = short ? century + padded : padded;
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(full)?.slice(1).map(Number);
  if (!parts) throw new AwsError('InvalidArgsException', 'END_DATE is not a date');
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
};

/**
 * Refuses an end in the past, after the end of the CA, or over seven days ahead for a short-lived
 * CA. The model declares no error for these cases. The service answers with the common
 * `ValidationException`, which the model omits.
 */
export const checkEnd = (
  end: Date,
  now: Date,
  authority: { notAfter: Date; isShortLived: boolean },
): void => {
  const latest = now.getTime() + shortLivedDays * dayMilliseconds;
  const faults: readonly (readonly [boolean, string])[] = [
    [end <= now, 'The certificate validity specified has already ended'],
    [
      end > authority.notAfter,
      'The certificate validity specified exceeds the certificate authority validity',
    ],
    [
      authority.isShortLived && end.getTime() > latest,
      'The certificate validity specified exceeds the seven days of a short-lived certificate authority',
    ],
  ];
  const fault = faults.find(([isAtFault]) => isAtFault);
  if (fault) throw new AwsError('ValidationException', fault[1]);
};
