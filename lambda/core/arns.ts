/**
 * ARNs of connectors and challenges, in the form that AWS's model of its SCEP connector accepts.
 */
import { createHash } from 'node:crypto';

/**
 * Formats the first 16 octets of a hex digest like AWS's ids (8-4-4-4-12). The result is not always
 * a valid UUID (RFC 9562).
 */
export const toUuid = (hex: string): string =>
  [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => hex.slice(from, to))
    .join('-');

/**
 * The id in a connector's ARN. Every deployment derives the same one, so that scripts can rely on
 * it.
 */
export const toConnectorUuid = (connectorId: string): string =>
  toUuid(createHash('sha256').update(`scep-connector/${connectorId}`).digest('hex'));

/** A connector's ARN. `arnPrefix` is `arn:<partition>:pca-connector-scep:<region>:<account>`. */
export const toConnectorArn = (arnPrefix: string, connectorId: string): string =>
  `${arnPrefix}:connector/${toConnectorUuid(connectorId)}`;

/** A challenge's ARN. `challengeId` is the public id (policy/challenge.ts). */
export const toChallengeArn = (
  arnPrefix: string,
  connectorId: string,
  challengeId: string,
): string => `${toConnectorArn(arnPrefix, connectorId)}/challenge/${challengeId}`;
