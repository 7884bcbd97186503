/** Checks the terms of a new challenge for the API, the panel, the schedule and the NDES page. */
import {
  type ConstraintFault,
  findConstraintsFault,
  findExpiryFault,
  findNameFault,
  findUsesFault,
} from '../../names/challenge-limits.ts';
import type { ChallengeTerms } from '../administration.ts';
import { createValidationFault } from '../api/fault.ts';
import { checkTags } from '../tags.ts';

/** The API's member for each constraint. */
const members: Readonly<Record<ConstraintFault['part'], string>> = {
  subject: 'Constraints.Subject',
  alternativeNames: 'Constraints.AlternativeNames',
  validityDays: 'Constraints.ValidityDays',
};

/**
 * Throws `ValidationException` for an invalid name, expiry, number of uses, constraint, tag or
 * client token.
 */
export function checkTerms(terms: ChallengeTerms, nowSeconds: number): void {
  const { name, expiresAtSeconds, maxUses, constraints, tags, clientToken } = terms;
  refuse('Name', name === undefined ? undefined : findNameFault(name));
  refuse(
    'ExpiresAt',
    expiresAtSeconds === undefined ? undefined : findExpiryFault(expiresAtSeconds, nowSeconds),
  );
  refuse('MaxUses', maxUses === undefined ? undefined : findUsesFault(maxUses));
  const broken = constraints && findConstraintsFault(constraints);
  if (broken !== undefined) refuse(members[broken.part], broken.fault);
  if (tags !== undefined) checkTags(tags);
  checkClientToken(clientToken);
}

function refuse(member: string, fault: string | undefined): void {
  if (fault !== undefined) throw createValidationFault(`${member}: ${fault}`);
}

/** Throws `ValidationException` for a token that AWS's model does not allow. */
export function checkClientToken(clientToken: string | undefined): void {
  if (clientToken !== undefined && !/^[!-~]{1,64}$/.test(clientToken))
    throw createValidationFault(
      'ClientToken must have 1 to 64 printable ASCII characters without spaces',
    );
}
