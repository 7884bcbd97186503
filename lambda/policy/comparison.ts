/**
 * Compares names as RFC 5280 does. Host names, domain components and the domains of addresses
 * ignore case (sections 7.2, 7.3 and 7.5). IP addresses compare by value, and all other names
 * exactly. Profiles, challenge limits and lint use these functions.
 */
import { isIPv6 } from 'node:net';
import type { AlternativeNameKind } from '../names/alternative-name-kinds.ts';
import type { SubjectAttribute } from '../names/subject-attributes.ts';
import { matchesAny } from './pattern.ts';
import type { Pattern } from './profile.ts';

/** Changes ASCII only, because `toLowerCase` turns U+212A into a k. */
const toLowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (run) => run.toLowerCase());

/**
 * An address with its domain in lower case. An address has one `@`. So in a pattern without an `@`,
 * the text after the last `*` belongs to the domain.
 */
function lowerDomain(text: string): string {
  const at = Math.max(text.lastIndexOf('@'), text.includes('@') ? -1 : text.lastIndexOf('*'));
  return at < 0 ? text : text.slice(0, at) + toLowerAscii(text.slice(at));
}

/** An IPv6 address in eight groups without leading zeros; an IPv4 address unchanged. */
function expandAddress(text: string): string {
  const groups = isIPv6(text) ? expandGroups(text) : text;
  return toLowerAscii(groups).replace(/(^|:)0+(?=[0-9a-f])/g, '$1');
}

function expandGroups(address: string): string {
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

const keep: Normalize = (text) => text;

const normalizersByKind: Readonly<Record<AlternativeNameKind, Normalize>> = {
  dns: toLowerAscii,
  email: lowerDomain,
  upn: lowerDomain,
  uri: keep,
  ip: expandAddress,
};

const normalizersByAttribute: Readonly<Partial<Record<SubjectAttribute, Normalize>>> = {
  DC: toLowerAscii,
  emailAddress: lowerDomain,
};

const getNormalizer = (attribute: string): Normalize =>
  (Object.hasOwn(normalizersByAttribute, attribute)
    ? normalizersByAttribute[attribute as SubjectAttribute]
    : undefined) ?? keep;

const matches = (value: string, patterns: readonly Pattern[], normalize: Normalize): boolean =>
  matchesAny(normalize(value), patterns.map(normalize));

/** Whether an alternative name matches one of the patterns of its kind. */
export const matchesAlternativeName = (
  kind: AlternativeNameKind,
  value: string,
  patterns: readonly Pattern[],
): boolean => matches(value, patterns, normalizersByKind[kind]);

/** Whether a subject attribute matches one of its patterns. */
export const matchesAttribute = (
  attribute: SubjectAttribute,
  value: string,
  patterns: readonly Pattern[],
): boolean => matches(value, patterns, getNormalizer(attribute));

/** A text that two alternative names share if and only if they are equal. */
export const toAlternativeNameKey = (kind: AlternativeNameKind, value: string): string =>
  `${kind}:${normalizersByKind[kind](value)}`;

/** A text that two subject attributes share if and only if they are equal. */
export const toAttributeKey = (attribute: SubjectAttribute, value: string): string =>
  `${attribute}=${getNormalizer(attribute)(value)}`;
