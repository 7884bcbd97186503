/**
 * The certificate of a settled row, sealed under the connector's key, so that a table write cannot
 * replace it. The label binds it to its attempt.
 */
import { type Attempt, formatAttemptId } from '../core/attempt.ts';
import type { Random } from '../ports/system.ts';
import { type IssuanceKeys, seal, unseal } from './connector-key.ts';

/** Seals a certificate (DER) for its attempt. */
export const sealCertificate = (
  connectorId: string,
  attempt: Attempt,
  certificate: Uint8Array,
  keys: Pick<IssuanceKeys, 'grants'>,
  random: Random,
): Uint8Array => seal(keys.grants, labelOf(connectorId, attempt), certificate, random);

/**
 * Opens a sealed certificate (DER); throws `NotSealed` unless this connector sealed it for this
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
