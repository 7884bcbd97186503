/**
 * The one table of alternative names: every kind with its form and its member of ACM PCA's
 * `GeneralName` (service model acm-pca 2017-08-22).
 */
import { isIP } from 'node:net';
import type { NameRule } from './name-rule.ts';

/** The kinds of subject alternative names; `upn` is Microsoft's user principal name. */
export type AlternativeNameKind = 'dns' | 'email' | 'uri' | 'ip' | 'upn';

/** A kind of alternative name. */
export interface AlternativeNameRow extends NameRule {
  /** The `GeneralName` of the API for a value. */
  readonly generalName: (value: string) => Readonly<Record<string, unknown>>;
}

/** The OID of Microsoft's user principal name, an otherName. */
const userPrincipalName = '1.3.6.1.4.1.311.20.2.3';

const label = '(?!-)[A-Za-z0-9-]{1,63}(?<!-)';
const hostName = new RegExp(`^${label}(\\.${label})*$`);

/** A mailbox (RFC 5321 4.5.3.1): 64 octets before the `@`, 254 in all. */
export const emailRule: NameRule = {
  maxCharacters: 254,
  alphabet: /^[\x21-\x7e]*$/,
  hasForm: (text) => /^[\x21-\x3f\x41-\x7e]{1,64}@[A-Za-z0-9.-]{1,189}$/.test(text),
  description: 'an address such as name@example.com, of ASCII, 254 characters at most',
};

const rows: Readonly<Record<AlternativeNameKind, AlternativeNameRow>> = {
  // A DNS wildcard is not a value, because a device is a host and not a zone.
  dns: {
    maxCharacters: 253,
    alphabet: /^[A-Za-z0-9.-]*$/,
    hasForm: (text) => hostName.test(text),
    description: 'a host name of letters, digits and "-", 253 characters at most',
    generalName: (value) => ({ DnsName: value }),
  },
  email: { ...emailRule, generalName: (value) => ({ Rfc822Name: value }) },
  uri: {
    maxCharacters: 253,
    alphabet: /^[\x21-\x7e]*$/,
    hasForm: (text) => /^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+$/.test(text),
    description: 'a URI of ASCII, 253 characters at most',
    generalName: (value) => ({ UniformResourceIdentifier: value }),
  },
  ip: {
    maxCharacters: 39,
    alphabet: /^[0-9A-Fa-f.:]*$/,
    hasForm: (text) => isIP(text) !== 0,
    // With a "*" in the address, the groups that "::" stands for cannot be counted.
    canMatch: (pattern) => !pattern.includes('::'),
    description: 'an IPv4 or IPv6 address; where it has a "*", without "::"',
    generalName: (value) => ({ IpAddress: value }),
  },
  // The letters are written in both cases, because the flags `i` and `u` match U+212A as a k.
  upn: {
    maxCharacters: 256,
    alphabet: /^[^\p{C}\p{Z}]*$/u,
    hasForm: (text) => /^[^@]+@[A-Za-z0-9.-]{1,189}$/.test(text),
    description: 'a name such as user@example.com, 256 characters at most',
    generalName: (value) => ({ OtherName: { TypeId: userPrincipalName, Value: value } }),
  },
};

/** The kinds of the table, in its order. */
export const alternativeNameKinds = Object.keys(rows) as readonly AlternativeNameKind[];

/** Whether a text names a kind of the table. */
export const isKind = (text: string): text is AlternativeNameKind => Object.hasOwn(rows, text);

/** The row of a kind; undefined for any other text. */
export const getKindRow = (kind: string): AlternativeNameRow | undefined =>
  isKind(kind) ? rows[kind] : undefined;

/** The `GeneralName` of the API for a value. */
export const toGeneralName = (
  kind: AlternativeNameKind,
  value: string,
): Readonly<Record<string, unknown>> => rows[kind].generalName(value);

/** No device has so many names. ACM PCA accepts 150. */
export const maxAlternativeNames = 20;
