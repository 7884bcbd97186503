/** Writes a configuration profile as a property list. */
import { build, type PlistValue } from 'plist';
import { ScepClientError } from '../scep-client/errors.ts';
import type { Payload } from './apple-payloads.ts';

/** The top-level members of a profile. */
export interface ProfileOptions {
  readonly displayName: string;
  readonly organization: string | undefined;
  /** A profile replaces an installed one with the same identifier. */
  readonly identifier: string;
  readonly scope: 'System' | 'User';
  readonly description: string;
}

type Plist = { [key: string]: PlistValue };

/**
 * Builds a configuration profile, an XML property list with new UUIDs. Throws `badArgument` for a
 * control character in a value.
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
 * Derives a profile's identifier, the reversed host name and the path. The identifier for
 * `https://scep.example.com/scep/printers` is `com.example.scep.scep.printers`.
 */
export function toIdentifier(url: URL): string {
  const isAddress = /^[\d.]+$|^\[/.test(url.hostname);
  const host = isAddress ? ['local'] : url.hostname.split('.').reverse();
  const path = url.pathname.split('/').filter((segment) => segment !== '');
  return [...host, ...path].join('.').replace(/[^A-Za-z0-9.-]/g, '-');
}

/** XML 1.0 cannot contain control characters. */
function refuseControlCharacters(value: PlistValue, where: string): void {
  if (typeof value === 'string' && /\p{C}/u.test(value))
    throw new ScepClientError('badArgument', `${where} must not contain a control character.`);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  for (const [key, inner] of Object.entries(value)) refuseControlCharacters(inner, key);
}
