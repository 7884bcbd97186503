import { parseSubject } from '../subject.ts';

/** Apple's way to write a name: RDNs, each a list of attributes, each a pair of type and value. */
export type AppleSubject = string[][][];

/** The types that Apple has a short name for; every other is written as a dotted OID. */
const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.3': 'CN',
};

/**
 * A subject such as `CN=mac-7,O=Example` as the SCEP payload wants it. Refuses what `enroll
 * --subject` refuses; variables of an MDM (`$SERIALNUMBER`, `%SerialNumber%`) are values like any
 * other.
 */
export function appleSubject(text: string): AppleSubject {
  return parseSubject(text).typesAndValues.map(({ type, value }) => [
    [shortNames[type] ?? type, String(value.valueBlock.value)],
  ]);
}
