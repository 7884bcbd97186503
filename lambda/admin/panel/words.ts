/** Times, limits and states as an admin reads them. */
import type { ChallengeConstraints, ChallengeView } from '../administration.ts';

const units = [
  { seconds: 86_400, name: 'd' },
  { seconds: 3_600, name: 'h' },
  { seconds: 60, name: 'min' },
  { seconds: 1, name: 's' },
] as const;

/** A length of time in its largest unit, rounded: `3 h`. */
export function formatSpan(seconds: number): string {
  const unit = units.find((each) => seconds >= each.seconds);
  return unit ? `${Math.round(seconds / unit.seconds)} ${unit.name}` : '0 s';
}

/** A time as its distance from now: `in 3 h`, `5 min ago`. */
export const formatDistance = (atSeconds: number, nowSeconds: number): string => {
  if (atSeconds === nowSeconds) return 'now';
  return atSeconds > nowSeconds
    ? `in ${formatSpan(atSeconds - nowSeconds)}`
    : `${formatSpan(nowSeconds - atSeconds)} ago`;
};

/** A time in full, where the viewer is: `2026-11-23 18:05 +01:00`. */
export function formatTime(atSeconds: number, offsetMinutes: number): string {
  const there = new Date((atSeconds + offsetMinutes * 60) * 1000);
  // A time that no calendar has came from a table of ours that somebody wrote into.
  if (Number.isNaN(there.getTime())) return 'no time';
  const [day = '', time = ''] = there.toISOString().split('T');
  return `${day} ${time.slice(0, 5)} ${offsetMinutes === 0 ? 'UTC' : offsetText(offsetMinutes)}`;
}

const two = (value: number): string => String(value).padStart(2, '0');
const offsetText = (minutes: number): string =>
  `${minutes < 0 ? '-' : '+'}${two(Math.trunc(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;

/** How often a challenge may be used. */
export function describeKind({ maxUses }: Pick<ChallengeView, 'maxUses'>): string {
  if (maxUses === undefined) return 'Static';
  return maxUses === 1 ? 'One-time' : `${maxUses} uses`;
}

export type ChallengeState = 'active' | 'expired' | 'used';

/** Whether a device could enrol with it now. */
export function getState(
  { expiresAtSeconds, usesLeft }: ChallengeView,
  nowSeconds: number,
): ChallengeState {
  if (expiresAtSeconds !== undefined && expiresAtSeconds <= nowSeconds) return 'expired';
  return usesLeft === 0 ? 'used' : 'active';
}

/** What a challenge is limited to: `CN=ipad-*`, `dns:*.example.com`, one text each. */
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
  ...(subject === undefined && alternativeNames !== undefined ? ['a CN of these names'] : []),
  ...(validityDays === undefined ? [] : [`${validityDays} days at most`]),
];

/** The name of a challenge, or the beginning of its id. */
export const getTitle = ({
  name,
  challengeId,
}: Pick<ChallengeView, 'name' | 'challengeId'>): string =>
  name ?? `Challenge ${challengeId.slice(0, 8)}`;

/** A text that fits a table; the whole belongs into the `title`. */
export const clipText = (text: string, maxCharacters: number): string =>
  text.length > maxCharacters ? `${text.slice(0, maxCharacters - 1)}…` : text;
