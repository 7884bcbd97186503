/**
 * A subject as admins read it (RFC 4514). What a stranger wrote comes out escaped and bounded, but
 * not as HTML.
 */

/** Longer subjects are cut: history is read by people. */
const maxCharacters = 512;

/**
 * The attributes of a name in the order of the request; the text has them the other way round, as
 * RFC 4514 wants it.
 */
export function formatSubject(
  attributes: readonly { readonly type: string; readonly value: string }[],
): string {
  const text = attributes
    .map(({ type, value }) => `${type}=${escaped(value)}`)
    .reverse()
    .join(',');
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters)}…`;
}

/**
 * Section 2.4, and every control or format character as the hex of its octets: it could rewrite a
 * terminal.
 */
const escaped = (value: string): string =>
  value
    .replace(/[,+"\\<>;]/g, '\\$&')
    .replace(/^[# ]/, '\\$&')
    .replace(/(?<=.) $/, '\\ ')
    .replace(/\p{C}/gu, (character) =>
      [...Buffer.from(character)]
        .map((octet) => `\\${octet.toString(16).padStart(2, '0')}`)
        .join(''),
    );
