/** What the admin API answers, for people. */
import type { Json } from './admin-api.ts';
import { formatSpan } from './duration.ts';
import { escapeForTerminal, formatTable } from './table.ts';

const text = (value: unknown): string => (value === undefined ? '-' : String(value));

const lastOf = (arn: unknown): string => text(arn).split('/').at(-1) ?? '';

/** Connectors, one a line. */
export const formatConnectors = (connectors: readonly Json[]): string =>
  formatTable(
    ['CONNECTOR', 'TYPE', 'URL'],
    connectors.map(({ ConnectorId, Type, Endpoint }) => [
      text(ConnectorId),
      text(Type),
      text(Endpoint),
    ]),
  );

/** Challenges, one a line, or that there is none. */
export const formatChallenges = (challenges: readonly Json[], nowSeconds: number): string =>
  challenges.length === 0
    ? 'No challenge yet: npm run admin -- challenge create'
    : formatTable(
        ['CHALLENGE', 'NAME', 'CREATED', 'ENDS', 'USES LEFT', 'LIMITED TO'],
        challenges.map((one) => [
          lastOf(one.Arn),
          text(one.Name),
          `${formatSpan(nowSeconds - Number(one.CreatedAt))} ago`,
          endOf(one, nowSeconds),
          usesOf(one),
          limitsOf(one),
        ]),
      );

/** One challenge, one member a line. */
export const formatChallenge = (one: Json, nowSeconds: number): string =>
  `${formatTable(
    ['MEMBER', 'VALUE'],
    [
      ['challenge', lastOf(one.Arn)],
      ['name', text(one.Name)],
      ['created', dateOf(one.CreatedAt)],
      ['ends', endOf(one, nowSeconds)],
      ['uses left', usesOf(one)],
      ['limited to', limitsOf(one)],
    ],
  )}\n\n${escapeForTerminal(text(one.Arn))}`;

/** How requests ended, the newest first. */
export const formatEnrolments = (enrolments: readonly Json[], nowSeconds: number): string =>
  enrolments.length === 0
    ? 'No request has ended yet.'
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

const dateOf = (seconds: unknown): string => new Date(Number(seconds) * 1000).toISOString();

function endOf({ ExpiresAt }: Json, nowSeconds: number): string {
  if (ExpiresAt === undefined) return 'never';
  const left = Number(ExpiresAt) - nowSeconds;
  return left > 0 ? `in ${formatSpan(left)}` : `${formatSpan(left)} ago`;
}

const usesOf = ({ MaxUses, UsesLeft }: Json): string =>
  MaxUses === undefined ? 'any' : `${text(UsesLeft)} of ${text(MaxUses)}`;

function limitsOf({ Constraints }: Json): string {
  const { Subject, AlternativeNames, ValidityDays } = (Constraints ?? {}) as Json;
  const limits = [...Object.entries(Subject ?? {}), ...Object.entries(AlternativeNames ?? {})];
  const texts = limits.map(([key, patterns]) => `${key}=${[patterns].flat().join('|')}`);
  const days = ValidityDays === undefined ? [] : [`${text(ValidityDays)} days`];
  return [...texts, ...days].join(' ') || '-';
}
