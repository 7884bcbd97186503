/**
 * Chooses the extended key usages of a certificate: the profile's, or requested ones of its list.
 */
import { Refusal } from '../core/errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import { readExtendedKeyUsages } from '../message/extensions.ts';
import { oids } from '../message/oids.ts';
import { type ExtendedKeyUsage, toUsageOid } from '../names/usages.ts';
import type { Profile } from './profile.ts';

/**
 * The usages as they will be issued. If the profile fixes them, the request is ignored. If it
 * leaves them to the request, they must be on its list, and `otherwise` applies if none is
 * requested. Throws `Refusal('ExtensionRefused')` for a usage outside the list.
 */
export function grantUsages(
  { extensions }: Pick<Enrolment, 'extensions'>,
  { extendedKeyUsage }: Pick<Profile, 'extendedKeyUsage'>,
): readonly ExtendedKeyUsage[] {
  if ('requested' in extendedKeyUsage) {
    const extension = extensions.find(({ oid }) => oid === oids.extendedKeyUsage);
    return extension === undefined
      ? extendedKeyUsage.otherwise
      : [...new Set(readExtendedKeyUsages(extension.value))].map((oid) =>
          requireAllowed(oid, extendedKeyUsage.requested),
        );
  }
  return extendedKeyUsage;
}

function requireAllowed(oid: string, list: readonly ExtendedKeyUsage[]): ExtendedKeyUsage {
  const usage = list.find((one) => toUsageOid(one) === oid);
  if (usage === undefined)
    throw new Refusal('ExtensionRefused', 'an extended key usage is not in the profile');
  return usage;
}
