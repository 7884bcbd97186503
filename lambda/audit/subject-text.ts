/**
 * A subject as text for admins (RFC 4514). A stranger's text is escaped and bounded. It is not
 * escaped for HTML.
 */

/** A longer subject is cut. */
const maxCharacters = 512;

/**
 * Formats the attributes of a name, given in the order of the request. The text has the reverse
 * order, which RFC 4514 requires.
 */
export function formatSubject(
  attributes: readonly { readonly type: string; readonly value: string }[],
): string {
  const text = attributes
    .map(({ type, value }) => `${type}=${escapeValue(value)}`)
    .reverse()
    .join(',');
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters)}…`;
}

/**
 * Escapes as in section 2.4. A control or format character could rewrite a terminal, so it becomes
 * the hex of its octets.
 */
const escapeValue = (value: string): string =>
  value
    .replace(/[,+"\\<>;]/g, '\\$&')
    .replace(/^[# ]/, '\\$&')
    .replace(/(?<=.) $/, '\\ ')
    .replace(/\p{C}/gu, (character) =>
      [...Buffer.from(character)]
        .map((octet) => `\\${octet.toString(16).padStart(2, '0')}`)
        .join(''),
    );
