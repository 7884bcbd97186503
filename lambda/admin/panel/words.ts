/** Formats times, limits and states for an admin. */
import type { ChallengeConstraints, ChallengeView } from '../administration.ts';

const units = [
  { seconds: 86_400, name: 'd' },
  { seconds: 3_600, name: 'h' },
  { seconds: 60, name: 'min' },
  { seconds: 1, name: 's' },
] as const;

/** A duration in its largest unit, rounded, such as `3 h`. */
export function formatSpan(seconds: number): string {
  const unit = units.find((each) => seconds >= each.seconds);
  return unit ? `${Math.round(seconds / unit.seconds)} ${unit.name}` : '0 s';
}

/** A time relative to now, such as `in 3 h` or `5 min ago`. */
export const formatDistance = (atSeconds: number, nowSeconds: number): string => {
  if (atSeconds === nowSeconds) return 'now';
  return atSeconds > nowSeconds
    ? `in ${formatSpan(atSeconds - nowSeconds)}`
    : `${formatSpan(nowSeconds - atSeconds)} ago`;
};

/** A full time in the viewer's time zone, such as `2026-11-23 18:05 +01:00`. */
export function formatTime(atSeconds: number, offsetMinutes: number): string {
  const local = new Date((atSeconds + offsetMinutes * 60) * 1000);
  // Only a changed table can hold a time that is out of range.
  if (Number.isNaN(local.getTime())) return 'invalid time';
  const [day = '', time = ''] = local.toISOString().split('T');
  return `${day} ${time.slice(0, 5)} ${offsetMinutes === 0 ? 'UTC' : formatOffset(offsetMinutes)}`;
}

const padTwo = (value: number): string => String(value).padStart(2, '0');
const formatOffset = (minutes: number): string =>
  `${minutes < 0 ? '-' : '+'}${padTwo(Math.trunc(Math.abs(minutes) / 60))}:${padTwo(Math.abs(minutes) % 60)}`;

/** The kind of a challenge, by its maximum number of uses. */
export function describeKind({ maxUses }: Pick<ChallengeView, 'maxUses'>): string {
  if (maxUses === undefined) return 'Static';
  return maxUses === 1 ? 'One-time' : `${maxUses} uses`;
}

/** The state of a challenge, as the list shows it. */
export type ChallengeState = 'active' | 'expired' | 'used';

/** Returns `active` for a challenge with which a device can enrol now. */
export function getState(
  { expiresAtSeconds, usesLeft }: ChallengeView,
  nowSeconds: number,
): ChallengeState {
  if (expiresAtSeconds !== undefined && expiresAtSeconds <= nowSeconds) return 'expired';
  return usesLeft === 0 ? 'used' : 'active';
}

/** The limits of a challenge, one text each, such as `CN=ipad-*` or `dns:*.example.com`. */
export const describeLimits = ({
  subject,
  alternativeNames,
  validityDays,
}: ChallengeConstraints): string[] => [
  ...Object.entries(subject ?? {}).map(([name, patterns]) => `${name}=${patterns.join(' | ')}`),
  ...Object.entries(alternativeNames ?? {}).map(([kind, all]) => `${kind}:${all.join(' | ')}`),
  ...(subject !== undefined && Object.keys(alternativeNames ?? {}).length === 0
    ? ['no alternative names']
    : []),
  ...(subject === undefined && alternativeNames !== undefined
    ? ['the CN must be one of these names']
    : []),
  ...(validityDays === undefined ? [] : [`at most ${validityDays} days`]),
];

/** The name of a challenge, or the start of its id. */
export const getTitle = ({
  name,
  challengeId,
}: Pick<ChallengeView, 'name' | 'challengeId'>): string =>
  name ?? `Challenge ${challengeId.slice(0, 8)}`;

/** Shortens a text for a table. The element's `title` holds the whole text. */
export const clipText = (text: string, maxCharacters: number): string =>
  text.length > maxCharacters ? `${text.slice(0, maxCharacters - 1)}…` : text;
