import { build, type PlistValue } from 'plist';
import { ScepClientError } from '../scep-client/errors.ts';
import type { Payload } from './apple-payloads.ts';

/** What a profile says of itself. */
export interface ProfileOptions {
  readonly displayName: string;
  readonly organization: string | undefined;
  /** Stays the same from one profile to the next, so that a new one replaces the one before. */
  readonly identifier: string;
  readonly scope: 'System' | 'User';
  readonly description: string;
}

type Plist = { [key: string]: PlistValue };

/**
 * A configuration profile, as the XML of a property list. UUIDs are new each time; refuses control
 * characters.
 */
export function buildMobileconfig(
  options: ProfileOptions,
  payloads: readonly Payload[],
  uuid: () => string,
): string {
  const { displayName, organization, identifier, scope, description } = options;
  const common: Plist = organization === undefined ? {} : { PayloadOrganization: organization };
  const profile: Plist = {
    PayloadType: 'Configuration',
    PayloadVersion: 1,
    PayloadIdentifier: identifier,
    PayloadUUID: uuid(),
    PayloadDisplayName: displayName,
    PayloadDescription: description,
    PayloadScope: scope,
    ...common,
    PayloadContent: payloads.map(({ type, label, displayName, members }) => ({
      PayloadType: type,
      PayloadVersion: 1,
      PayloadIdentifier: `${identifier}.${label}`,
      PayloadUUID: uuid(),
      PayloadDisplayName: displayName,
      ...common,
      ...members,
    })),
  };
  refuseControlCharacters(profile, 'The profile');
  return `${build(profile)}\n`;
}

/**
 * `com.example.scep.printers` of `https://scep.example.com/scep/printers`: reverse DNS, then the
 * path.
 */
export function toIdentifier(url: URL): string {
  const isAddress = /^[\d.]+$|^\[/.test(url.hostname);
  const host = isAddress ? ['local'] : url.hostname.split('.').reverse();
  const path = url.pathname.split('/').filter((segment) => segment !== '');
  return [...host, ...path].join('.').replace(/[^A-Za-z0-9.-]/g, '-');
}

/** XML 1.0 has no way to write them, and nobody means them. */
function refuseControlCharacters(value: PlistValue, where: string): void {
  if (typeof value === 'string' && /\p{C}/u.test(value))
    throw new ScepClientError('badArgument', `${where} would hold a control character.`);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  for (const [key, inner] of Object.entries(value)) refuseControlCharacters(inner, key);
}
