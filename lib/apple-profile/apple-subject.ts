import { isOfRule } from '../../lambda/names/name-rule.ts';
import { getAttributeRow, toAttribute } from '../../lambda/names/subject-attributes.ts';
import { ScepClientError } from '../scep-client/errors.ts';
import { parseSubject } from '../scep-client/subject.ts';
import { hasVariable } from './variables.ts';

/** Apple's way to write a name: RDNs, each a list of attributes, each a pair of type and value. */
export type AppleSubject = string[][][];

/** The types that Apple has a short name for; every other is written as a dotted OID. */
const shortNames: ReadonlySet<string> = new Set(['C', 'L', 'ST', 'O', 'OU', 'CN']);

/**
 * A subject such as `CN=mac-7,O=Example` as the SCEP payload wants it. Refuses what `enroll
 * --subject` refuses, and values that no certificate can have. What an MDM puts in the place of a
 * variable is not known, so such a value is taken as it is.
 */
export function toAppleSubject(text: string): AppleSubject {
  return parseSubject(text).typesAndValues.map(({ type, value }) => {
    const attribute = toAttribute(type);
    const written = String(value.valueBlock.value);
    const row = getAttributeRow(attribute);
    if (row !== undefined && !hasVariable(written) && !isOfRule(written, row))
      throw new ScepClientError('badArgument', `--subject: ${attribute} takes ${row.description}.`);
    return [[shortNames.has(attribute) ? attribute : type, written]];
  });
}
