/**
 * The URI by which Active Directory maps a certificate to an account (KB5014754). A device that
 * chooses it becomes that account. So no pattern covers it by chance, and only Microsoft's own form
 * passes. A similar URI never passes as an ordinary one.
 */
import type { Pattern } from './profile.ts';

const prefix = 'tag:microsoft.com,2022-09-14:sid:';

/**
 * A SID of a domain's account: three numbers of 32 bits that name the domain, and one that names
 * the account.
 */
const exactForm = /^tag:microsoft\.com,2022-09-14:sid:S-1-5-21(-(0|[1-9]\d{0,9})){4}$/;
const maxSubAuthority = 0xffff_ffff;

/**
 * Whether a URI is, or could be read as, a strong mapping: any tag of Microsoft's, in any case,
 * escaped or not.
 */
export const isLikeStrongMapping = (uri: string): boolean =>
  /^tag:(.*\.)?microsoft\.com\.?,/i.test(uri.replace(/%([0-9a-f]{2})/gi, decodedOctet));

const decodedOctet = (_: string, digits: string): string =>
  String.fromCharCode(Number.parseInt(digits, 16));

/** Whether a URI is one in Microsoft's exact form. */
export const isStrongMapping = (uri: string): boolean =>
  exactForm.test(uri) &&
  uri
    .slice(prefix.length)
    .split('-')
    .slice(4)
    .every((number) => Number(number) <= maxSubAuthority);

/**
 * The patterns that speak of strong mappings: those that write the prefix out. A plain `*` does
 * not.
 */
export const findStrongMappingPatterns = (patterns: readonly Pattern[]): readonly Pattern[] =>
  patterns.filter((pattern) => pattern.startsWith(prefix));
