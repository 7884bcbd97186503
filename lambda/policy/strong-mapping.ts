/**
 * Recognises the URI by which Active Directory maps a certificate to an account (KB5014754). A
 * device that chooses this URI becomes that account. So only Microsoft's exact form is granted, and
 * only by a pattern that writes the prefix out. A similar URI never counts as an ordinary one.
 */
import type { Pattern } from './profile.ts';

const prefix = 'tag:microsoft.com,2022-09-14:sid:';

/**
 * The SID of a domain account: three numbers of 32 bits for the domain, and one for the account.
 */
const exactForm = /^tag:microsoft\.com,2022-09-14:sid:S-1-5-21(-(0|[1-9]\d{0,9})){4}$/;
const maxSubAuthority = 0xffff_ffff;

/**
 * Whether a URI is a strong mapping, or a lenient reader could accept it as one. This includes
 * every tag URI of Microsoft, in any case, escaped or not.
 */
export const isLikeStrongMapping = (uri: string): boolean =>
  /^tag:(.*\.)?microsoft\.com\.?,/i.test(uri.replace(/%([0-9a-f]{2})/gi, decodeOctet));

const decodeOctet = (_: string, digits: string): string =>
  String.fromCharCode(Number.parseInt(digits, 16));

/** Whether a URI is a strong mapping in Microsoft's exact form. */
export const isStrongMapping = (uri: string): boolean =>
  exactForm.test(uri) &&
  uri
    .slice(prefix.length)
    .split('-')
    .slice(4)
    .every((number) => Number(number) <= maxSubAuthority);

/**
 * The patterns that allow strong mappings, which are those that write the prefix out. `*` does not.
 */
export const findStrongMappingPatterns = (patterns: readonly Pattern[]): readonly Pattern[] =>
  patterns.filter((pattern) => pattern.startsWith(prefix));
