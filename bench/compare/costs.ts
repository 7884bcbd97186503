/** The cost of a month, computed from the price list and the renewal window. */
import { dollarsPerMillionEnrolments, prices, stackContent } from './prices.ts';

const daysPerMonth = 365.25 / 12;
const hoursPerMonth = daysPerMonth * 24;

export type CaMode = 'shortLived' | 'generalPurpose';

/**
 * How long a certificate is valid in days, in each mode. A short-lived CA issues for 7 days at
 * most.
 */
const validityDays: Readonly<Record<CaMode, number>> = { shortLived: 7, generalPurpose: 365 };

/** The RA certificate is one more certificate at each rotation. */
const raRotationDays: Readonly<Record<CaMode, number>> = { shortLived: 3, generalPurpose: 30 };

/** The part of its validity after which a certificate is replaced, as MDMs and clients have it. */
export const renewalWindows = [
  { share: 0.5, who: 'half of its life' },
  { share: 0.8, who: 'a fifth left, as an Intune profile has it' },
  { share: 1, who: 'its last hour' },
] as const;

/** The window of the cost table: Intune's threshold of 20 percent. */
const usualShare = 0.8;

/** Certificates in a month, for devices that replace theirs after a share of its validity. */
const certificatesPerMonth = (mode: CaMode, devices: number, share: number): number =>
  (devices * daysPerMonth) / (validityDays[mode] * share) + daysPerMonth / raRotationDays[mode];

/** Certificates that one device has in a month. */
export const computeCertificatesPerDevice = (mode: CaMode, share: number): number =>
  daysPerMonth / (validityDays[mode] * share);

/** The price of a month's certificates, by the tiers of a general-purpose CA. */
function generalPurposeDollars(certificates: number): number {
  const first = Math.min(certificates, 1000);
  const next = Math.min(Math.max(certificates - 1000, 0), 9000);
  const beyond = Math.max(certificates - 10_000, 0);
  return (
    first * prices.firstThousand.dollars +
    next * prices.nextNineThousand.dollars +
    beyond * prices.beyondTenThousand.dollars
  );
}

/** AWS Private CA alone. */
function caDollars(mode: CaMode, devices: number, share: number): number {
  const certificates = certificatesPerMonth(mode, devices, share);
  return mode === 'shortLived'
    ? prices.shortLivedCa.dollars + certificates * prices.shortLivedCertificate.dollars
    : prices.generalPurposeCa.dollars + generalPurposeDollars(certificates);
}

/** A stack with one connector, without its CA, in a month without requests. */
export const computeStackDollars = (): number =>
  stackContent.secrets * prices.secret.dollars +
  stackContent.alarms * prices.alarm.dollars +
  stackContent.metrics * prices.metric.dollars;

/** This project with one connector and its CA. */
export function computeOurDollars(
  mode: CaMode,
  devices: number,
  share: number = usualShare,
): number {
  const enrolments = certificatesPerMonth(mode, devices, share);
  return (
    caDollars(mode, devices, share) +
    computeStackDollars() +
    (enrolments * dollarsPerMillionEnrolments) / 1e6
  );
}

/** AWS's connector: it is free, and needs a general-purpose CA. */
export const computeAwsConnectorDollars = (devices: number): number =>
  caDollars('generalPurpose', devices, usualShare);

/** Servers that run all month. */
export const computeServerDollars = (
  server: 'linuxServer' | 'smallLinuxServer' | 'windowsServer',
  count: number,
): number => count * prices[server].dollars * hoursPerMonth;

/** The least number of devices for which the general-purpose CA costs less. */
export function findCrossoverDevices(share: number): number {
  let devices = 0;
  while (
    computeOurDollars('generalPurpose', devices, share) >=
    computeOurDollars('shortLived', devices, share)
  )
    devices += 1;
  return devices;
}
