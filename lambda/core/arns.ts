/** Names connectors and challenges in ARNs that AWS's own model of its SCEP connector accepts. */
import { createHash } from 'node:crypto';

/**
 * The first 16 octets of a digest in hex, in the form of AWS's ids: 8-4-4-4-12. It need not be an
 * RFC 9562 UUID.
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
 * The id in a connector's ARN. It is the same for every deployment, so that scripts can rely on it.
 */
export const toConnectorUuid = (connectorId: string): string =>
  toUuid(createHash('sha256').update(`scep-connector/${connectorId}`).digest('hex'));

/** A connector's ARN. `arnPrefix` is `arn:<partition>:pca-connector-scep:<region>:<account>`. */
export const toConnectorArn = (arnPrefix: string, connectorId: string): string =>
  `${arnPrefix}:connector/${toConnectorUuid(connectorId)}`;

/** A challenge's ARN. */
export const toChallengeArn = (
  arnPrefix: string,
  connectorId: string,
  challengeId: string,
): string => `${toConnectorArn(arnPrefix, connectorId)}/challenge/${challengeId}`;
