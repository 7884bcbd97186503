/**
 * Extensions that a CSR requests. We compose the certificate's own. This only decides which
 * requested ones cause a refusal instead of being dropped.
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
 * The known extensions. `extendedKeyUsage` is read by usages.ts where the profile leaves usages to
 * the request, and is dropped otherwise; AWS's
 * templates drop it too.
 */
const known: Readonly<Record<string, (value: Uint8Array) => boolean>> = {
  [oids.keyUsage]: (value) => {
    const bits = readKeyUsageBits(value);
    return !bits[keyCertSign] && !bits[crlSign];
  },
  // `CA:FALSE`, which OpenSSL's default requests carry, is issued anyway.
  [oids.basicConstraints]: (value) => !requestsCaCertificate(value),
  [oids.extendedKeyUsage]: () => true,
  [oids.subjectAlternativeName]: () => true,
};

/**
 * Throws `Refusal('ExtensionRefused')` for a CA, for keyCertSign or cRLSign, and for a critical
 * extension we do not know; an uncritical unknown one (a Microsoft SID, a template name, CDPs) is
 * left out of the certificate.
 */
export function checkRequestedExtensions({ extensions }: Enrolment): void {
  if (!extensions.every(acceptable)) throw new Refusal('ExtensionRefused');
}

/**
 * How many requested extensions are in no certificate: every Windows device sends a template's
 * name, S/MIME capabilities and key identifiers (docs/decisions/012-intune.md).
 */
export const countLeftOut = ({ extensions }: Pick<Enrolment, 'extensions'>): number =>
  extensions.filter(({ oid }) => !Object.hasOwn(known, oid)).length;

const acceptable = ({ oid, critical, value }: RequestedExtension): boolean => {
  const check = Object.hasOwn(known, oid) ? known[oid] : undefined;
  return check === undefined ? !critical : check(value);
};
