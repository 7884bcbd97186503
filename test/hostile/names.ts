import { generalName, subjectAltName } from '../support/kit/extensions.ts';

/** The extensions of a CSR that requests one DNS name. */
export const dns = (text: string): readonly Uint8Array[] => [
  subjectAltName([generalName.dns(text)]),
];
