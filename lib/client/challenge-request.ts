/** What the command line says of a challenge becomes a CreateChallenge request. */

/** The options of `challenge create`, as typed. */
export interface ChallengeOptions {
  readonly kind: string;
  readonly uses?: string;
  readonly name?: string;
  readonly 'expires-in'?: string;
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

const defaultExpiry: Readonly<Record<string, string | undefined>> = {
  static: undefined,
  'one-time': '1h',
  limited: '1h',
};

/** The request's body; throws, saying what is allowed, for kinds, numbers and durations that are not. */
export function challengeRequest(
  connectorId: string,
  options: ChallengeOptions,
  nowSeconds: number,
) {
  const { kind, uses, name } = options;
  if (!Object.hasOwn(defaultExpiry, kind)) throw new Error('--kind: static, one-time or limited');
  if ((kind === 'limited') !== (uses !== undefined))
    throw new Error('--uses N goes with --kind limited, and only with it');
  const expiry = options['expires-in'] ?? defaultExpiry[kind];
  const maxUses = kind === 'one-time' ? 1 : uses === undefined ? undefined : Number(uses);
  return {
    ConnectorArn: `arn:aws:pca-connector-scep:local:000000000000:connector/${connectorId}`,
    ...(name !== undefined && { Name: name }),
    ...(expiry !== undefined && { ExpiresAt: Math.floor(nowSeconds) + secondsOf(expiry) }),
    ...(maxUses !== undefined && { MaxUses: maxUses }),
  };
}

function secondsOf(duration: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(duration) ?? [];
  const seconds = Number(count) * (units[unit] ?? 0);
  if (seconds === 0) throw new Error('--expires-in: a number and a unit, as 90s, 45m, 12h or 30d');
  return seconds;
}
