import { oid, type StringType, sequence, setAsGiven, stringTypes } from './der.ts';

const attributeTypes = {
  CN: '2.5.4.3',
  SN: '2.5.4.4',
  serialNumber: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  UID: '0.9.2342.19200300.100.1.1',
  DC: '0.9.2342.19200300.100.1.25',
  E: '1.2.840.113549.1.9.1',
} as const;

/**
 * One attribute of a name: its short name or dotted OID, its text, and its string type
 * (UTF8String).
 */
export interface NameAttribute {
  readonly type: keyof typeof attributeTypes | `${number}.${string}`;
  readonly value: string;
  readonly as?: StringType;
}

/** One RDN: an attribute, or several of them (a multi-valued RDN, in the order given). */
export type Rdn = NameAttribute | readonly NameAttribute[];

/** A Name from its RDNs, in order. `name(cn('device'), { type: 'O', value: 'Example' })`. */
export function name(...rdns: readonly Rdn[]): Uint8Array {
  return sequence(...rdns.map(rdnBytes));
}

/** A commonName attribute. */
export const cn = (value: string, as: StringType = 'utf8'): NameAttribute => ({
  type: 'CN',
  value,
  as,
});

function rdnBytes(rdn: Rdn): Uint8Array {
  const attributes = 'type' in rdn ? [rdn] : rdn;
  return setAsGiven(...attributes.map(attributeBytes));
}

function attributeBytes({ type, value, as = 'utf8' }: NameAttribute): Uint8Array {
  const dotted =
    type in attributeTypes ? attributeTypes[type as keyof typeof attributeTypes] : type;
  return sequence(oid(dotted), stringTypes[as](value));
}
