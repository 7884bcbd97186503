/** The defaults and the bounds of a connector's declaration. */
import type { Duration } from 'aws-cdk-lib';
import type { ConnectorSettings, SigningAlgorithm } from '../../lambda/config/settings.ts';
import { defaultQuirks, type Quirks } from '../../lambda/message/quirks.ts';
import type { Profile } from '../../lambda/policy/profile.ts';
import { DeclarationError } from './declaration-error.ts';
import { type IntuneDeclaration, resolveIntune } from './declared-intune.ts';
import { toProfile } from './declared-profile.ts';
import type { UsageMode } from './issuing-authority.ts';

/**
 * The part of a connector's declaration that its functions read at run time. Every omitted member
 * has a default.
 */
export interface ConnectorDeclaration {
  /**
   * Which certificates the connector issues (docs/names.md).
   *
   * @default - client certificates with any subject and no alternative name
   */
  readonly profile?: Partial<Profile>;
  /**
   * Deviations from RFC 8894 that the connector's clients need.
   *
   * @default - none
   */
  readonly quirks?: Partial<Quirks>;
  /**
   * How long a new request waits for its certificate before its device has to poll: 0 to 3 whole
   * seconds.
   *
   * @default Duration.seconds(3)
   */
  readonly waitTime?: Duration;
  /**
   * The CA's signing algorithm. It must be of the family of the CA's key.
   *
   * @default SHA256WITHRSA
   */
  readonly signingAlgorithm?: SigningAlgorithm;
  /**
   * How many proxies of yours (CloudFront: 1) stand before the HTTP API. Failed decryptions are
   * counted by the address that reached the first of them. Close every way to the API past them,
   * because a stranger could otherwise choose that address in X-Forwarded-For.
   *
   * @default 0
   */
  readonly proxiesInFront?: number;
  /**
   * How long the connector's own (RA) certificate lives, in whole days.
   *
   * @default - 90 days, or 7 with a short-lived CA
   */
  readonly raValidity?: Duration;
  /**
   * How often that certificate is renewed, in whole days; at most half its life.
   *
   * @default - 30 days, or 3 with a short-lived CA
   */
  readonly raRotationInterval?: Duration;
  /**
   * Devices of Microsoft Intune instead of challenges of this service.
   *
   * @default - challenges of this service
   */
  readonly intune?: IntuneDeclaration;
}

/** The lifetimes of certificates in each mode of a CA, in days. */
const lives: Record<
  UsageMode,
  { validityDays: number; raValidityDays: number; raRotationDays: number }
> = {
  GENERAL_PURPOSE: { validityDays: 365, raValidityDays: 90, raRotationDays: 30 },
  SHORT_LIVED_CERTIFICATE: { validityDays: 7, raValidityDays: 7, raRotationDays: 3 },
};

/** A short-lived CA issues no certificate with a longer lifetime. */
const shortLivedDays = 7;

/** A function that waits uses concurrency that issuing needs (docs/decisions/014-load.md). */
const maxWaitSeconds = 3;

/**
 * A larger number is a mistake. Each declared proxy that does not exist lets a stranger choose the
 * address that is counted.
 */
const maxProxies = 3;

/**
 * Lambda allows 4,096 bytes of environment in all; ARNs and names take the rest
 * (test/unit/cloud/environment-size.test.ts).
 */
const maxSettingsBytes = 2_600;

/** Adds the defaults. Refuses settings with which no device could enrol. */
export function toConnectorSettings(
  declared: ConnectorDeclaration,
  mode: UsageMode,
): ConnectorSettings {
  const settings: ConnectorSettings = {
    profile: toProfile(declared.profile, lives[mode].validityDays),
    quirks: { ...defaultQuirks, ...declared.quirks },
    waitSeconds: toSeconds(declared.waitTime) ?? maxWaitSeconds,
    signingAlgorithm: declared.signingAlgorithm ?? 'SHA256WITHRSA',
    raValidityDays: toDays(declared.raValidity) ?? lives[mode].raValidityDays,
    ...(declared.proxiesInFront && { proxiesInFront: declared.proxiesInFront }),
    ...(declared.intune && { intune: resolveIntune(declared.intune) }),
  };
  refuseWait(settings.waitSeconds);
  refuseProxies(settings.proxiesInFront ?? 0);
  refuseValidity('profile.validityDays', settings.profile.validityDays, mode);
  refuseValidity('raValidity', settings.raValidityDays, mode);
  refuseSize(settings);
  return settings;
}

/**
 * How often the RA identity is renewed, in days. Refuses an interval at which one missed rotation
 * lets it expire.
 */
export function computeRaRotationDays(declared: ConnectorDeclaration, mode: UsageMode): number {
  const days = toDays(declared.raRotationInterval) ?? lives[mode].raRotationDays;
  const life = toDays(declared.raValidity) ?? lives[mode].raValidityDays;
  if (Number.isInteger(days) && days >= 1 && days * 2 <= life) return days;
  throw new DeclarationError(
    'badRotationInterval',
    `raRotationInterval is ${days} days, with RA certificates of ${life} days. Give whole days from 1 to ` +
      `${Math.floor(life / 2)}: one rotation may fail without the connector's certificate running out.`,
  );
}

/** A part of a second or of a day is refused later, by the bounds. */
const toSeconds = (duration?: Duration): number | undefined =>
  duration?.toSeconds({ integral: false });

const toDays = (duration?: Duration): number | undefined => duration?.toDays({ integral: false });

function refuseWait(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= maxWaitSeconds) return;
  throw new DeclarationError(
    'badWaitTime',
    `waitTime is ${seconds} s. Give whole seconds from 0 (always answer PENDING first) to ` +
      `${maxWaitSeconds}: a request that waits uses concurrency that issuing needs.`,
  );
}

function refuseProxies(count: number): void {
  if (Number.isInteger(count) && count >= 0 && count <= maxProxies) return;
  throw new DeclarationError(
    'badProxies',
    `proxiesInFront is ${count}. Give how many proxies of yours a device passes before the HTTP API: 0 to ${maxProxies}, ` +
      'and 1 for CloudFront.',
  );
}

function refuseValidity(name: string, days: number, mode: UsageMode): void {
  if (!Number.isInteger(days) || days < 1) {
    throw new DeclarationError(
      'badValidityDays',
      `${name} is ${days}. Give a whole number of days.`,
    );
  }
  if (mode === 'SHORT_LIVED_CERTIFICATE' && days > shortLivedDays) {
    throw new DeclarationError(
      'badValidityDays',
      `${name} is ${days}, but a CA in short-lived mode issues for ${shortLivedDays} days at most. ` +
        'Give less, or use a general-purpose CA.',
    );
  }
}

function refuseSize(settings: ConnectorSettings): void {
  // Lambda counts the JSON of all variables, in which each quote of this JSON is escaped.
  const bytes = Buffer.byteLength(JSON.stringify(JSON.stringify(settings)));
  if (bytes <= maxSettingsBytes) return;
  throw new DeclarationError(
    'settingsTooLarge',
    `The connector's settings take ${bytes} bytes of ${maxSettingsBytes}. Use fewer or wider patterns, ` +
      'or make two connectors of it.',
  );
}
