/** The identifier octets that CMS, PKCS#10 and X.509 use. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  octetStringConstructed: 0x24,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The identifier octet of a context-specific tag, for numbers up to 30. */
export const toContextTag = (
  number: number,
  form: 'primitive' | 'constructed' = 'primitive',
): number => 0x80 | (form === 'constructed' ? 0x20 : 0) | number;
