/**
 * The third threshold: what the CA may be asked for. Only `decide` makes a Grant, and on its way through the ledger it is
 * sealed under a key that only the connector's functions hold: who can write the table or start the state machine can
 * still not grant (CVE-2025-44005 was a second entrance to the issuing path).
 */
import { type Generation, generationName } from '../generation.ts';
import type { Enrolment } from '../message/enrolment.ts';
import type { Quirks } from '../message/quirks.ts';
import type { Intune, Random } from '../ports.ts';
import { type GrantedAlternativeName, grantedAlternativeNames } from './alternative-names.ts';
import { type Claimant, type ClaimContext, claimChallenge } from './challenge.ts';
import { type ConnectorKeys, seal, unseal } from './connector-key.ts';
import { intuneRequestOf, validateWithIntune } from './intune.ts';
import { checkKey } from './key.ts';
import type { Profile } from './profile.ts';
import { checkRequestedExtensions } from './requested-extensions.ts';
import { type GrantedAttribute, grantedSubject } from './subject.ts';

declare const decided: unique symbol;

/** One certificate that may be issued, composed by us (design decision 6). Made by `decide`, revived by `openGrant`. */
export interface Grant extends Generation {
  readonly [decided]: true;
  readonly connectorId: string;
  readonly subject: readonly GrantedAttribute[];
  readonly alternativeNames: readonly GrantedAlternativeName[];
  readonly keyUsage: Profile['keyUsage'];
  readonly extendedKeyUsage: Profile['extendedKeyUsage'];
  readonly validityDays: number;
  /** The PKCS#10 to send, in base64. Secret: it holds the challenge. */
  readonly request: string;
  readonly authority: Authority;
}

/** What a Grant rests on: a challenge of ours, which is held until it is settled, or Intune's word, which is told the outcome. */
type Authority =
  | { readonly kind: 'challenge'; readonly challengeKey: string }
  | { readonly kind: 'intune'; readonly transactionId: string };

/** What deciding needs. */
export interface DecisionContext extends ClaimContext {
  readonly profile: Profile;
  readonly quirks: Pick<Quirks, 'otherSigner'>;
  /** Given, Intune alone decides on the challenge: it is not looked for among ours, whatever Intune says or does not say. */
  readonly intune?: Pick<Intune, 'validate'>;
}

/**
 * Decides on an enrolment: key, extensions and names first, the challenge last, so that a request the profile refuses
 * claims nothing. Throws `Refusal`; an error of the store or of Intune is an outage and grants nothing.
 */
export async function decide(
  enrolment: Enrolment,
  generation: number,
  context: DecisionContext,
): Promise<Grant> {
  const { profile } = context;
  checkKey(enrolment, context.quirks);
  checkRequestedExtensions(enrolment);
  const subject = grantedSubject(enrolment.subject, profile);
  const alternativeNames = grantedAlternativeNames(enrolment.alternativeNames, profile);
  const input = { enrolmentId: enrolment.enrolmentId, generation };
  const claimant = { holder: generationName(input), names: { subject, alternativeNames } };
  const authority = await authorityOf(enrolment, claimant, context);
  return {
    ...input,
    connectorId: enrolment.connectorId,
    subject,
    alternativeNames,
    keyUsage: profile.keyUsage,
    extendedKeyUsage: profile.extendedKeyUsage,
    validityDays: profile.validityDays,
    request: Buffer.from(enrolment.request).toString('base64'),
    authority,
  } as unknown as Grant;
}

/** One of the two, by what the connector is: never both, and never one where the other said no or nothing. */
async function authorityOf(
  enrolment: Enrolment,
  claimant: Claimant,
  context: DecisionContext,
): Promise<Authority> {
  if (context.intune === undefined)
    return { kind: 'challenge', challengeKey: await claimChallenge(enrolment, claimant, context) };
  const { transactionId } = enrolment;
  await validateWithIntune(intuneRequestOf(enrolment, transactionId), context.intune);
  return { kind: 'intune', transactionId };
}

/** The Grant as the ledger keeps it. */
export const sealGrant = (grant: Grant, keys: ConnectorKeys, random: Random): Uint8Array =>
  seal(keys.grants, labelOf(grant.connectorId, grant), Buffer.from(JSON.stringify(grant)), random);

/** The Grant again; throws unless this connector sealed it for this generation of this enrolment. */
export const openGrant = (
  connectorId: string,
  input: Generation,
  sealed: Uint8Array,
  keys: ConnectorKeys,
): Grant =>
  JSON.parse(
    Buffer.from(unseal(keys.grants, labelOf(connectorId, input), sealed)).toString('utf8'),
  ) as Grant;

const labelOf = (connectorId: string, input: Generation): string =>
  `${connectorId}#${generationName(input)}`;
