/** The extended key usages of a certificate: the profile's, or the request's within its list. */
import { Refusal } from '../core/errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import { readExtendedKeyUsages } from '../message/extensions.ts';
import { oids } from '../message/oids.ts';
import { type ExtendedKeyUsage, toUsageOid } from '../names/usages.ts';
import type { Profile } from './profile.ts';

/**
 * The usages as they will be issued. A profile that lists usages decides alone, as before. One that
 * leaves them to the request takes those of its list, and `otherwise` where none is requested.
 * Throws `Refusal('ExtensionRefused')` for a usage outside the list.
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
          allowed(oid, extendedKeyUsage.requested),
        );
  }
  return extendedKeyUsage;
}

function allowed(oid: string, list: readonly ExtendedKeyUsage[]): ExtendedKeyUsage {
  const usage = list.find((one) => toUsageOid(one) === oid);
  if (usage === undefined)
    throw new Refusal('ExtensionRefused', 'an extended key usage is not in the profile');
  return usage;
}
