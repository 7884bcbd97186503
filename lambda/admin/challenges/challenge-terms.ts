/** Checks a challenge's terms for the API, the panel and the schedule alike. */
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

/** The API's word for each constraint. */
const members: Readonly<Record<ConstraintFault['part'], string>> = {
  subject: 'Constraints.Subject',
  alternativeNames: 'Constraints.AlternativeNames',
  validityDays: 'Constraints.ValidityDays',
};

/**
 * Refuses, with `ValidationException`, an invalid name, end, number of uses, constraint, tag or
 * token.
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

/** As AWS's model has it. */
export function checkClientToken(clientToken: string | undefined): void {
  if (clientToken !== undefined && !/^[!-~]{1,64}$/.test(clientToken))
    throw createValidationFault('ClientToken: 1 to 64 printable ASCII characters without spaces');
}
