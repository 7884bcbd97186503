/** Formats answers of the admin API as tables. */
import type { Json } from './admin-api.ts';
import { formatSpan } from './duration.ts';
import { escapeForTerminal, formatTable } from './table.ts';

const text = (value: unknown): string => (value === undefined ? '-' : String(value));

const lastOf = (arn: unknown): string => text(arn).split('/').at(-1) ?? '';

/** A table with one connector per row. */
export const formatConnectors = (connectors: readonly Json[]): string =>
  formatTable(
    ['CONNECTOR', 'TYPE', 'URL'],
    connectors.map(({ ConnectorId, Type, Endpoint }) => [
      text(ConnectorId),
      text(Type),
      text(Endpoint),
    ]),
  );

/** A table with one challenge per row, or advice for an empty list. */
export const formatChallenges = (challenges: readonly Json[], nowSeconds: number): string =>
  challenges.length === 0
    ? 'No challenge yet. Create one with "npm run admin -- challenge create".'
    : formatTable(
        ['CHALLENGE', 'NAME', 'CREATED', 'EXPIRES', 'USES LEFT', 'LIMITED TO'],
        challenges.map((one) => [
          lastOf(one.Arn),
          text(one.Name),
          `${formatSpan(nowSeconds - Number(one.CreatedAt))} ago`,
          formatExpiry(one, nowSeconds),
          formatUses(one),
          formatLimits(one),
        ]),
      );

/** A table with one member of a challenge per row, and its ARN below the table. */
export const formatChallenge = (one: Json, nowSeconds: number): string =>
  `${formatTable(
    ['MEMBER', 'VALUE'],
    [
      ['challenge', lastOf(one.Arn)],
      ['name', text(one.Name)],
      ['created', formatDate(one.CreatedAt)],
      ['expires', formatExpiry(one, nowSeconds)],
      ['uses left', formatUses(one)],
      ['limited to', formatLimits(one)],
    ],
  )}\n\n${escapeForTerminal(text(one.Arn))}`;

/** A table with one outcome per row, the newest first. */
export const formatEnrolments = (enrolments: readonly Json[], nowSeconds: number): string =>
  enrolments.length === 0
    ? 'No enrolments in the last 30 days.'
    : formatTable(
        ['WHEN', 'OUTCOME', 'REASON', 'COUNT', 'SUBJECT', 'SERIAL', 'CHALLENGE'],
        enrolments.map((one) => [
          `${formatSpan(nowSeconds - Number(one.EndedAt))} ago`,
          text(one.Outcome).toLowerCase(),
          [text(one.Reason), one.Refused].filter(Boolean).join(': '),
          text(one.Count ?? 1),
          text(one.Subject),
          text(one.SerialNumber),
          text(one.ChallengeId),
        ]),
      );

const formatDate = (seconds: unknown): string => new Date(Number(seconds) * 1000).toISOString();

function formatExpiry({ ExpiresAt }: Json, nowSeconds: number): string {
  if (ExpiresAt === undefined) return 'never';
  const left = Number(ExpiresAt) - nowSeconds;
  return left > 0 ? `in ${formatSpan(left)}` : `${formatSpan(left)} ago`;
}

const formatUses = ({ MaxUses, UsesLeft }: Json): string =>
  MaxUses === undefined ? 'any' : `${text(UsesLeft)} of ${text(MaxUses)}`;

function formatLimits({ Constraints }: Json): string {
  const { Subject, AlternativeNames, ValidityDays } = (Constraints ?? {}) as Json;
  const limits = [...Object.entries(Subject ?? {}), ...Object.entries(AlternativeNames ?? {})];
  const texts = limits.map(([key, patterns]) => `${key}=${[patterns].flat().join('|')}`);
  const days = ValidityDays === undefined ? [] : [`${text(ValidityDays)} days`];
  return [...texts, ...days].join(' ') || '-';
}
