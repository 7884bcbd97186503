/**
 * Comparison of names as the standards have it: host names, and the domains of addresses, without
 * regard to case (RFC 5280 sections 7.2, 7.3 and 7.5), IP addresses by value. Everything else is
 * compared exactly. Profiles, challenge limits and lint compare by these functions.
 */
import { isIPv6 } from 'node:net';
import type { AlternativeNameKind } from '../names/alternative-name-kinds.ts';
import type { SubjectAttribute } from '../names/subject-attributes.ts';
import { matchesAny } from './pattern.ts';
import type { Pattern } from './profile.ts';

/** ASCII alone: `toLowerCase` turns U+212A into a k. */
const lower = (text: string): string => text.replace(/[A-Z]+/g, (run) => run.toLowerCase());

/**
 * The domain of an address in lower case. A pattern without an `@` is one of a domain behind its
 * last `*`, because an address has one `@`.
 */
function withLowerDomain(text: string): string {
  const at = Math.max(text.lastIndexOf('@'), text.includes('@') ? -1 : text.lastIndexOf('*'));
  return at < 0 ? text : text.slice(0, at) + lower(text.slice(at));
}

/** An IPv6 address in eight groups without leading zeros, IPv4 as it is. */
function withoutAbbreviation(text: string): string {
  const groups = isIPv6(text) ? inEightGroups(text) : text;
  return lower(groups).replace(/(^|:)0+(?=[0-9a-f])/g, '$1');
}

function inEightGroups(address: string): string {
  const hexadecimal = address.replace(/\d+\.\d+\.\d+\.\d+$/, (dotted) => {
    const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [head = '', tail] = hexadecimal.split('::');
  if (tail === undefined) return hexadecimal;
  const [left, right] = [head, tail].map((part) => part.split(':').filter(Boolean));
  const zeros = Array<string>(8 - (left?.length ?? 0) - (right?.length ?? 0)).fill('0');
  return [...(left ?? []), ...zeros, ...(right ?? [])].join(':');
}

type Normalize = (text: string) => string;

const exactly: Normalize = (text) => text;

const kinds: Readonly<Record<AlternativeNameKind, Normalize>> = {
  dns: lower,
  email: withLowerDomain,
  upn: withLowerDomain,
  uri: exactly,
  ip: withoutAbbreviation,
};

const attributes: Readonly<Partial<Record<SubjectAttribute, Normalize>>> = {
  DC: lower,
  emailAddress: withLowerDomain,
};

const ofAttribute = (attribute: string): Normalize =>
  (Object.hasOwn(attributes, attribute) ? attributes[attribute as SubjectAttribute] : undefined) ??
  exactly;

const matches = (value: string, patterns: readonly Pattern[], normalize: Normalize): boolean =>
  matchesAny(normalize(value), patterns.map(normalize));

/** Whether an alternative name matches one of the patterns of its kind. */
export const matchesAlternativeName = (
  kind: AlternativeNameKind,
  value: string,
  patterns: readonly Pattern[],
): boolean => matches(value, patterns, kinds[kind]);

/** Whether a subject attribute matches one of its patterns. */
export const matchesAttribute = (
  attribute: SubjectAttribute,
  value: string,
  patterns: readonly Pattern[],
): boolean => matches(value, patterns, ofAttribute(attribute));

/** A text that is the same for equal alternative names, and for those alone. */
export const toAlternativeNameKey = (kind: AlternativeNameKind, value: string): string =>
  `${kind}:${kinds[kind](value)}`;

/** A text that is the same for equal subject attributes, and for those alone. */
export const toAttributeKey = (attribute: SubjectAttribute, value: string): string =>
  `${attribute}=${ofAttribute(attribute)(value)}`;
