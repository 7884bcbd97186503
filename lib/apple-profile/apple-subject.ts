import { isOfRule } from '../../lambda/names/name-rule.ts';
import { getAttributeRow, toAttribute } from '../../lambda/names/subject-attributes.ts';
import { ScepClientError } from '../scep-client/errors.ts';
import { parseSubject } from '../scep-client/subject.ts';
import { hasVariable } from './variables.ts';

/** A name in Apple's form: a list of RDNs. Each RDN is a list of pairs of type and value. */
export type AppleSubject = string[][][];

/** The types with a short name in Apple's reference. Other types are dotted OIDs. */
const shortNames: ReadonlySet<string> = new Set(['C', 'L', 'ST', 'O', 'OU', 'CN']);

/**
 * Converts a subject such as `CN=mac-7,O=Example` for the SCEP payload. Throws `badArgument` for
 * what `enroll --subject` refuses, and for a value that no certificate can have. A value with an
 * MDM's variable is not checked, because only the MDM knows the final value.
 */
export function toAppleSubject(subject: string): AppleSubject {
  return parseSubject(subject).typesAndValues.map(({ type, value }) => {
    const attribute = toAttribute(type);
    const text = String(value.valueBlock.value);
    const row = getAttributeRow(attribute);
    if (row !== undefined && !hasVariable(text) && !isOfRule(text, row))
      throw new ScepClientError('badArgument', `--subject: ${attribute} takes ${row.description}.`);
    return [[shortNames.has(attribute) ? attribute : type, text]];
  });
}
