/** What a platform team may leave out of a connector, and what it may not say. */
import { defaultQuirks, type Quirks } from '../../lambda/message/quirks.ts';
import type { Profile } from '../../lambda/policy/profile.ts';
import type { ConnectorSettings, SigningAlgorithm } from '../../lambda/settings.ts';
import type { UsageMode } from './certificate-authority.ts';
import { DeclarationError } from './declaration-error.ts';
import { declaredIntune, type IntuneDeclaration } from './declared-intune.ts';
import { declaredProfile } from './declared-profile.ts';

/** The part of a connector's declaration that its functions read at run time. What is left out has a default. */
export interface ConnectorDeclaration {
  /** Which certificates the connector issues. Default: client certificates with a CN and no alternative name. */
  readonly profile?: Partial<Profile>;
  /** What the connector's clients need that RFC 8894 does not say. Default: nothing. */
  readonly quirks?: Partial<Quirks>;
  /** How long a device's request waits for its certificate before it is told to poll; 0 to 25. Default: 20. */
  readonly waitSeconds?: number;
  /** Must be of the family of the CA's key. Default: SHA256WITHRSA. */
  readonly signingAlgorithm?: SigningAlgorithm;
  /**
   * IssueCertificate requests a second that the CA takes of this connector. Default: 25, ACM PCA's quota of an account;
   * give each connector its share where several use one account's quota.
   */
  readonly certificatesPerSecond?: number;
  /**
   * How many proxies of yours (CloudFront: 1) stand before the HTTP API. Bad envelopes are counted by who came to the first of them; let
   * nobody reach the API past it, or it counts by what a stranger writes into X-Forwarded-For. Default: 0.
   */
  readonly proxiesInFront?: number;
  /** How long the connector's own (RA) certificate lives. Default: 90, or 7 with a short-lived CA. */
  readonly raValidityDays?: number;
  /** How often that certificate is renewed; at most half its life. Default: 30, or 3 with a short-lived CA. */
  readonly raRotationDays?: number;
  /** Devices of Microsoft Intune instead of challenges of this service. Default: none. */
  readonly intune?: IntuneDeclaration;
}

/** How long things live under each mode of a CA, in days. */
const lives: Record<
  UsageMode,
  { validityDays: number; raValidityDays: number; raRotationDays: number }
> = {
  GENERAL_PURPOSE: { validityDays: 365, raValidityDays: 90, raRotationDays: 30 },
  SHORT_LIVED_CERTIFICATE: { validityDays: 7, raValidityDays: 7, raRotationDays: 3 },
};

/** A short-lived CA refuses to issue for longer. */
const shortLivedDays = 7;

/** An HTTP API gives up after 30 s and a function of ours after 29; the answer itself takes its time too. */
const longestWaitSeconds = 25;

/** More would be a mistake, and each that is not there lets a stranger choose what it is counted under. */
const mostProxies = 3;

/** Lambda allows 4,096 bytes of environment in all; ARNs and names take the rest. */
const largestSettingsBytes = 2_600;

/** Fills in what was left out; refuses what no device could be served with. */
export function connectorSettings(
  declared: ConnectorDeclaration,
  mode: UsageMode,
): ConnectorSettings {
  const settings: ConnectorSettings = {
    profile: declaredProfile(declared.profile, lives[mode].validityDays),
    quirks: { ...defaultQuirks, ...declared.quirks },
    waitSeconds: declared.waitSeconds ?? 20,
    signingAlgorithm: declared.signingAlgorithm ?? 'SHA256WITHRSA',
    certificatesPerSecond: declared.certificatesPerSecond ?? 25,
    raValidityDays: declared.raValidityDays ?? lives[mode].raValidityDays,
    ...(declared.proxiesInFront && { proxiesInFront: declared.proxiesInFront }),
    ...(declared.intune && { intune: declaredIntune(declared.intune) }),
  };
  refuseWait(settings.waitSeconds);
  refuseProxies(settings.proxiesInFront ?? 0);
  refuseRate(settings.certificatesPerSecond);
  refuseValidity('profile.validityDays', settings.profile.validityDays, mode);
  refuseValidity('raValidityDays', settings.raValidityDays, mode);
  refuseSize(settings);
  return settings;
}

/** How often the RA identity is renewed, in days. Refuses a rhythm in which one missed turn lets it expire. */
export function raRotationDays(declared: ConnectorDeclaration, mode: UsageMode): number {
  const days = declared.raRotationDays ?? lives[mode].raRotationDays;
  const life = declared.raValidityDays ?? lives[mode].raValidityDays;
  if (Number.isInteger(days) && days >= 1 && days * 2 <= life) return days;
  throw new DeclarationError(
    'badRotationDays',
    `raRotationDays is ${days}, with RA certificates of ${life} days. Give a whole number from 1 to ` +
      `${Math.floor(life / 2)}: one rotation may fail without the connector's certificate running out.`,
  );
}

function refuseWait(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= longestWaitSeconds) return;
  throw new DeclarationError(
    'badWaitSeconds',
    `waitSeconds is ${seconds}. Give a whole number from 0 (always answer PENDING first) to ` +
      `${longestWaitSeconds}: an HTTP API ends every request after 30 s.`,
  );
}

function refuseProxies(count: number): void {
  if (Number.isInteger(count) && count >= 0 && count <= mostProxies) return;
  throw new DeclarationError(
    'badProxies',
    `proxiesInFront is ${count}. Give how many proxies of yours a device passes before the HTTP API: 0 to ${mostProxies}, ` +
      'and 1 for CloudFront.',
  );
}

function refuseRate(perSecond: number): void {
  if (perSecond > 0 && perSecond <= 1000) return;
  throw new DeclarationError(
    'badRate',
    `certificatesPerSecond is ${perSecond}. Give the IssueCertificate quota of your account, or this connector's ` +
      'share of it: more than 0, at most 1000.',
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
  const bytes = Buffer.byteLength(JSON.stringify(settings));
  if (bytes <= largestSettingsBytes) return;
  throw new DeclarationError(
    'settingsTooLarge',
    `The connector's settings take ${bytes} bytes of ${largestSettingsBytes}. Use fewer or wider patterns, ` +
      'or make two connectors of it.',
  );
}
