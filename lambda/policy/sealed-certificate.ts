/**
 * Seals the certificate of a settled row, so that a table write cannot replace it
 * (docs/decisions/002-sealed-grants.md).
 */
import { type Attempt, formatAttemptId } from '../core/attempt.ts';
import type { Random } from '../ports/system.ts';
import { type IssuanceKeys, seal, unseal } from './connector-key.ts';

/** Seals a certificate in DER, bound to its connector and attempt. */
export const sealCertificate = (
  connectorId: string,
  attempt: Attempt,
  certificate: Uint8Array,
  keys: Pick<IssuanceKeys, 'grants'>,
  random: Random,
): Uint8Array => seal(keys.grants, labelOf(connectorId, attempt), certificate, random);

/**
 * Opens a sealed certificate in DER. Throws `NotSealed` unless this connector sealed it for this
 * attempt.
 */
export const openCertificate = (
  connectorId: string,
  attempt: Attempt,
  sealed: Uint8Array,
  keys: Pick<IssuanceKeys, 'grants'>,
): Uint8Array => unseal(keys.grants, labelOf(connectorId, attempt), sealed);

const labelOf = (connectorId: string, attempt: Attempt): string =>
  `${connectorId}#${formatAttemptId(attempt)}#certificate`;
