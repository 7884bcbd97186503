/**
 * Checks the extensions that a CSR requests. They never get into the certificate, whose extensions
 * come from the Grant. Most are left out silently, and a few cause a refusal.
 */
import { Refusal } from '../core/errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import {
  type RequestedExtension,
  readKeyUsageBits,
  requestsCaCertificate,
} from '../message/extensions.ts';
import { oids } from '../message/oids.ts';

const keyCertSign = 5;
const crlSign = 6;

/**
 * The known extensions, each with a check of its value. usages.ts reads `extendedKeyUsage` if the
 * profile leaves usages to the request. Otherwise it is left out of the certificate, as by AWS's
 * own templates.
 */
const known: Readonly<Record<string, (value: Uint8Array) => boolean>> = {
  [oids.keyUsage]: (value) => {
    const bits = readKeyUsageBits(value);
    return !bits[keyCertSign] && !bits[crlSign];
  },
  // OpenSSL's default requests have `CA:FALSE`, which every certificate gets.
  [oids.basicConstraints]: (value) => !requestsCaCertificate(value),
  [oids.extendedKeyUsage]: () => true,
  [oids.subjectAlternativeName]: () => true,
};

/**
 * Throws `Refusal('ExtensionRefused')` for a CA, for keyCertSign or cRLSign, and for an unknown
 * critical extension. Unknown extensions that are not critical are left out: a Microsoft SID, the
 * name of a template, CRL distribution points.
 */
export function checkRequestedExtensions({ extensions }: Enrolment): void {
  if (!extensions.every(isAcceptable)) throw new Refusal('ExtensionRefused');
}

/**
 * How many unknown extensions are left out of the certificate. Every Windows device sends the name
 * of a template, S/MIME capabilities and key identifiers (docs/decisions/012-intune.md).
 */
export const countLeftOut = ({ extensions }: Pick<Enrolment, 'extensions'>): number =>
  extensions.filter(({ oid }) => !Object.hasOwn(known, oid)).length;

const isAcceptable = ({ oid, critical, value }: RequestedExtension): boolean => {
  const check = Object.hasOwn(known, oid) ? known[oid] : undefined;
  return check === undefined ? !critical : check(value);
};
